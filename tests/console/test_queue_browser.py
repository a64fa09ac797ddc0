"""Queue and sources in a real browser: what a barrier checker finds, and what the keyboard alone can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.builders import RESULTS, a_digest
from tests.console.conftest import OpenBrowser
from tests.console.in_browser import look_at, set_up_account, tab_to
from tests.console.people import Workplace
from tests.console.queue_workplace import Workroom, a_workroom

pytestmark = pytest.mark.browser


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Workroom]:
    workroom = a_workroom(tmp_path)
    workroom.fill()
    workroom.open_index(tmp_path, paper_md=a_digest(body=RESULTS.replace("Two of the 14", "Three of the 15")))
    yield workroom
    workroom.records.close()


@pytest.fixture
def place(room: Workroom) -> Workplace:
    return room.place


def walk_pages(page: Page) -> Iterator[str]:
    for path in ("/staff/", "/staff/queue", "/staff/queue?state=closed", "/staff/sources", "/staff/sources/paper"):
        page.goto(path)
        yield path
    page.goto("/staff/sources/paper/differences")
    yield "differences"
    page.goto("/staff/queue")
    page.get_by_role("link", name="What does it cost?", exact=True).click()
    for summary in page.locator("summary").all():
        summary.click()
    page.get_by_label("Days to sleep").fill("0")
    page.evaluate("document.querySelector('#days').closest('form').noValidate = true")
    page.get_by_role("button", name="Snooze").click()
    expect(page.get_by_role("alert")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    yield "a group, with a problem"
    page.goto("/staff/queue?kind=handoff")
    page.get_by_role("main").get_by_role("link", name="Please call me.").first.click()
    page.get_by_role("button", name="Show who waits").click()
    expect(page.get_by_text("Anna Berg, 555 0100")).to_be_visible()
    yield "somebody who waits"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_cut(
    open_browser: OpenBrowser, place: Workplace, scheme: str, width: int, tmp_path: Path
) -> None:
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    set_up_account(place, page)
    seen = look_at(page, walk_pages(page))
    assert len(seen.states) == 8
    assert seen.barriers == {}
    assert seen.cut == {}
    assert seen.small == {}
    assert complaints == []


def test_a_group_is_worked_with_the_keyboard_alone(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser(viewport={"width": 320, "height": 700})
    set_up_account(place, page)
    page.goto("/staff/queue")
    tab_to(page, "What does it cost?")  # the table, which can be scrolled; then its links
    for _ in range(3):  # past who waits and what was unsafe
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What does it cost?", level=1)).to_be_visible()
    tab_to(page, "Mark out of scope")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Out of scope")
    assert place.tail("queue.out-of-scope")
