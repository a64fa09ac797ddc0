"""What the console's tests do in a real browser, whatever the page."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from playwright.sync_api import Page, expect

from isletbot.console.account_setup import AccountSetup
from tests.browsing import find_barriers
from tests.console.people import PASSWORD, Workplace

_FIND_SMALL = """() =>
  [...document.querySelectorAll("button, nav a, .top a, .next a, input:not([type=hidden]), select")]
  .filter((node) => { const box = node.getBoundingClientRect(); return box.width && box.height < 24; })
  .map((node) => `${node.localName} ${node.textContent} ${node.getBoundingClientRect().height}`)"""


@dataclass
class Seen:
    """What is wrong with a page, by the state it was looked at in."""

    states: set[str] = field(default_factory=set)
    barriers: dict[str, list[str]] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    """Pixels by which it is wider than its window."""
    small: dict[str, list[str]] = field(default_factory=dict)
    """Controls that are hard to hit."""


def look_at(page: Page, states: Iterable[str]) -> Seen:
    """In every state; with SCREENSHOTS set, a picture of each goes into that folder."""
    seen, width = Seen(), (page.viewport_size or {})["width"]
    for state in states:
        seen.states.add(state)
        assert page.get_by_text("Something went wrong here.").count() == 0, state
        if barriers := find_barriers(page):
            seen.barriers[state] = barriers
        if (over := page.evaluate("document.documentElement.scrollWidth") - width) > 0:
            seen.cut[state] = over
        if small := page.evaluate(_FIND_SMALL):
            seen.small[state] = small
        if folder := os.environ.get("SCREENSHOTS"):
            scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
            page.screenshot(path=Path(folder) / f"{state.replace(' ', '-')}-{width}-{scheme}.png", full_page=True)
    return seen


def make_link(place: Workplace, name: str = "anna") -> str:
    return f"/staff/set-up/{AccountSetup(place.context, 'command line').add_account(name, 'admin')}"


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
