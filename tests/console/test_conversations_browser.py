"""Conversations and overview in a real browser: what a barrier checker finds, the keyboard alone, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenBrowser
from tests.console.in_browser import look_at, set_up_account, tab_to
from tests.console.people import Workplace
from tests.console.review_workplace import a_lookback, keep_some
from tests.scripted import ScriptedBot, an_answer

pytestmark = pytest.mark.browser
"""A folder, for whoever wants to look at the pages."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    bot = ScriptedBot([an_answer("not_in_corpus", "The sources held do not answer this.")])
    workplace = a_lookback(tmp_path, bot)
    keep_some(workplace.records)
    yield workplace
    workplace.records.close()


def walk_pages(page: Page) -> Iterator[str]:
    page.goto("/staff/conversations")
    yield "list"
    page.goto("/staff/conversations?words=zebra")
    yield "nothing found"
    page.goto("/staff/conversations")
    page.get_by_role("link", name="And a year later?", exact=True).click()
    open_details(page)
    yield "conversation"
    page.get_by_role("button", name="Ask it again today").first.click()
    expect(page.get_by_role("heading", name="Asked again today")).to_be_visible()
    open_details(page)
    yield "replay"
    page.goto("/staff/overview")
    yield "overview"
    open_details(page)
    yield "overview with its numbers"


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_cut(
    open_browser: OpenBrowser, place: Workplace, scheme: str, width: int
) -> None:
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    set_up_account(place, page)
    seen = look_at(page, walk_pages(page))
    assert len(seen.states) == 6
    assert seen.barriers == {}
    assert seen.cut == {}
    assert seen.small == {}
    assert complaints == []


def test_one_finds_reads_and_asks_again_by_keyboard_alone(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser()
    set_up_account(place, page)
    page.goto("/staff/conversations")
    tab_to(page, "Words in the question")
    page.keyboard.type("year")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=year**")
    tab_to(page, "And a year later?")  # the table, which scrolls by keyboard where it is wide
    tab_to(page, "And a year later?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="And a year later?")).to_be_in_viewport()
    tab_to(page, "How this reply came about")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Passages found").last).to_be_visible()
    tab_to(page, "Ask it again today: And a year later?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A person would read something else today.")).to_be_visible()


def test_on_paper_the_charts_and_the_conversation_are_there_and_the_navigation_is_not(
    open_browser: OpenBrowser, place: Workplace
) -> None:
    page = open_browser()
    set_up_account(place, page)
    page.emulate_media(media="print")
    page.goto("/staff/overview")
    expect(page.get_by_role("img", name="Questions a day")).to_be_visible()
    expect(page.get_by_role("navigation", name="Console")).to_be_hidden()
    page.goto("/staff/conversations")
    page.get_by_role("link", name="I passed out").click()
    expect(page.get_by_role("heading", name="I passed out")).to_be_visible()
    expect(page.get_by_role("button", name="Ask it again today")).to_be_hidden()
