"""The page of coverage in a real browser: what a barrier checker finds, with everything on it open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from isletbot.console.coverage_pages import make_coverage_pages
from tests.console.conftest import OpenBrowser
from tests.console.in_browser import look_at, set_up_account
from tests.console.people import Workplace, a_workplace
from tests.console.test_coverage_pages import FULL

pytestmark = pytest.mark.browser


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    workplace = a_workplace(tmp_path, (make_coverage_pages(lambda: FULL),))
    yield workplace
    workplace.records.close()


def walk_states(page: Page) -> Iterator[str]:
    page.goto("/staff/coverage")
    yield "coverage"
    for summary in page.locator("main summary").all():
        summary.click()
    yield "everything open"


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_is_cut(
    open_browser: OpenBrowser, place: Workplace, scheme: str, width: int
) -> None:
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 800})
    set_up_account(place, page)
    seen = look_at(page, walk_states(page))
    assert len(seen.states) == 2
    assert seen.barriers == {}
    assert seen.cut == {}
    assert seen.small == {}
