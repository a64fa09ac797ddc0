"""A whole clinic on a real server, from an empty store: its corpus, the chat on its page, and staff with phones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, expect

from isletbot.console.account_setup import AccountSetup
from isletbot.curation.staff import StaffRole
from isletbot.settings import Settings, load_settings
from isletbot.storage.sql_records import SqlRecords
from isletbot.wiring import make_index
from isletbot.wiring.console import make_house
from tests.browsing import PATIENCE_MS
from tests.builders import RESULTS, a_corpus, a_digest
from tests.built import copy_built
from tests.console.people import PASSWORD

INFUSION = "Zimislecel is infused through a thin tube into the portal vein of the liver."
SURGERY = "Zimislecel is put into the abdomen by surgeons in an operation."
PROCEDURE = "\n## Procedure\n\n- {} {{#infusion}}\n  ? How is zimislecel given?\n"
CHORES_MS = 60_000
"""What the server does by itself comes every fifteen seconds at most."""
WAIT_FOR = """
async ([words, patience]) => {
  const over = Date.now() + patience;
  while (!(await (await fetch(location.href)).text()).includes(words)) {
    if (Date.now() > over) throw new Error(`${location.href} does not say ${words}`);
    await new Promise((wake) => setTimeout(wake, 500));
  }
}
"""


def set_up_clinic(folder: Path, built: Path) -> Settings:
    """Nothing is kept yet; two sources are approved."""
    copy_built(built, folder / "data", ["weights"])
    settings = load_settings(data_dir=folder / "data", corpus_dir=a_corpus(folder))
    publish_source(settings, INFUSION)
    return settings


def publish_source(settings: Settings, statement: str) -> None:
    """A version of the paper with this statement; the index is built anew, as `isletbot index` does."""
    (settings.corpus_dir / "paper.md").write_text(a_digest(body=RESULTS + PROCEDURE.format(statement)), "utf-8")
    make_index(settings)


@dataclass
class Clinic:
    settings: Settings
    address: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def open_window(self) -> Page:
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def sign_in(self, name: str, role: StaffRole) -> Page:
        """From the set-up link that `isletbot staff add` prints, over password and second factor, to the first page."""
        page = self.open_window()
        page.goto(self._add_staff(name, role))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password once more").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        secret = (page.locator("code.secret").first.text_content() or "").replace(" ", "")
        page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Set up").click()
        page.get_by_role("link", name="Go to the first page").click()
        expect(page.get_by_role("heading", name=f"Good to see you, {name}")).to_be_visible()
        return page

    def _add_staff(self, name: str, role: StaffRole) -> str:
        records = SqlRecords.open(None, self.settings.data_dir)
        try:
            context = make_house(self.settings, records.database)
            return f"/staff/set-up/{AccountSetup(context, 'command line').add_account(name, role)}"
        finally:
            records.close()


def open_from_menu(page: Page, name: str) -> None:
    counted = re.compile(rf"^{re.escape(name)}( \d+ waiting)?$")  # "Queue", "Queue 2 waiting"
    page.get_by_role("navigation", name="Console").get_by_role("link", name=counted).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def wait_for(page: Page, words: str) -> None:
    """Until the server has done what it does by itself, and this page says so."""
    page.evaluate(WAIT_FOR, [words, CHORES_MS])
    page.reload()


def path_of(page: Page) -> str:
    return urlsplit(page.url).path
