from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import PATIENCE_MS
from tests.console.answer_workplace import AnswerPlace, an_answer_place
from tests.console.people import Workplace, a_workplace
from tests.server.live import serve_live

OpenBrowser = Callable[..., Page]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    workplace = a_workplace(tmp_path)
    yield workplace
    workplace.records.close()


@pytest.fixture
def address(place: Workplace) -> Iterator[str]:
    """Of the console on a real server."""
    with serve_live(place.app) as url:
        yield url


@pytest.fixture
def open_browser(browser: Browser, address: str) -> Iterator[OpenBrowser]:
    """A window of its own; keywords are those of a browser context."""
    contexts = []

    def open_one(**options: Any) -> Page:
        given = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = browser.new_context(base_url=address, **given)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def answer_place(tmp_path: Path) -> Iterator[AnswerPlace]:
    """Where answers are written, and a bot that serves them."""
    workplace = an_answer_place(tmp_path)
    yield workplace
    workplace.records.close()
