"""What the console's tests do in a real browser, whatever the page."""

from __future__ import annotations

import pyotp
from playwright.sync_api import Page, expect

from isletbot.console.granting import Granting
from tests.console.people import PASSWORD, Workplace

FIND_SMALL = """() => [...document.querySelectorAll("button, nav a, .top a, .next a, input:not([type=hidden]), select")]
  .filter((node) => { const box = node.getBoundingClientRect(); return box.width && box.height < 24; })
  .map((node) => `${node.localName} ${node.textContent} ${node.getBoundingClientRect().height}`)"""


def make_link(place: Workplace, name: str = "anna") -> str:
    return f"/staff/set-up/{Granting(place.house, 'command line').add_account(name, 'admin')}"


def code_of(place: Workplace, page: Page) -> str:
    secret = (page.locator("code.secret").first.text_content() or "").replace(" ", "")
    return pyotp.TOTP(secret).at(place.clock())


def set_up_account(place: Workplace, page: Page, name: str = "anna") -> None:
    """From the set-up link over password and second factor to the recovery codes."""
    page.goto(make_link(place, name))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Code").fill(code_of(place, page))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def tab_to(page: Page, words: str) -> None:
    """Forward with the Tab key until what has the focus says so."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.labels?.[0]?.textContent, document.activeElement.textContent].join(' ')"
        )
        if words in focused:
            return
    raise AssertionError(f"the Tab key does not reach {words!r}")
