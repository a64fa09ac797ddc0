"""A document goes through the console in a real browser, from upload to reply and out of it, while a server runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from isletbot.wiring import make_app
from tests.console.clinic import Clinic, open_from_menu, set_up_clinic
from tests.console.in_browser import look_at
from tests.documents.making import ANKLE, ENROLLED, NO_CONTROL, NO_LOWS, PLANS, SLEPT, TITLE, as_pdf
from tests.server.live import serve_live

pytestmark = [pytest.mark.browser, pytest.mark.weights]
ASKED = "How many adults slept better in the Lumen study?"
SIX = (ENROLLED, SLEPT, ANKLE, NO_LOWS, NO_CONTROL, PLANS)
WITHIN_SECONDS = 5


@pytest.fixture
def clinic(tmp_path: Path, built: Path, browser: Browser) -> Iterator[Clinic]:
    settings = set_up_clinic(tmp_path, built)
    with serve_live(make_app(settings)) as address:
        opened = Clinic(settings, address, browser)
        yield opened
        opened.close()


def find_quotes(clinic: Clinic) -> dict[str, str]:
    """By source, what the reply to the question cites."""
    asked = {"messages": [{"role": "user", "content": ASKED}]}
    reply = httpx.post(f"{clinic.address}/v1/chat", json=asked, timeout=30).json()
    return {one["source_id"]: one["quote"] for one in reply["citations"]}


def fill_card(page: Page) -> None:
    page.get_by_label("Publisher").fill("Example Clinic")
    page.get_by_label("Published on").fill("2026-05-01")
    page.get_by_label("Where people can read it").fill("https://clinic.example/lumen")


def within(seconds: float, begun: float) -> None:
    assert time.monotonic() - begun < seconds


def test_a_document_is_served_only_between_its_approval_and_its_withdrawal(clinic: Clinic, tmp_path: Path) -> None:
    anna, bert = clinic.sign_in("anna", "approver"), clinic.sign_in("bert", "approver")
    add_six_sentences(anna)
    expect(anna.get_by_text("You have written in this draft")).to_be_visible()
    expect(anna.get_by_role("button", name="Approve the draft")).to_have_count(0)
    assert "lumen" not in str(find_quotes(clinic))

    approve_draft(bert)
    assert find_quotes(clinic) == {"the-lumen-study-of-evening-walks": SLEPT}

    withdraw(bert)
    assert find_quotes(clinic) == {}


def add_six_sentences(page: Page) -> None:
    open_from_menu(page, "Sources")
    page.get_by_role("link", name="Add a source").click()
    page.get_by_role("link", name="Statements of your own").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Statements, one a line").fill("\n".join(SIX))
    fill_card(page)
    begun = time.monotonic()
    page.get_by_role("button", name="Add as a draft").click()
    expect(page.get_by_role("status")).to_contain_text("statements: 6")
    within(WITHIN_SECONDS, begun)


def approve_draft(page: Page) -> None:
    open_from_menu(page, "Sources")
    page.get_by_role("link", name=TITLE).click()
    for sentence in SIX:
        expect(page.get_by_text(sentence)).to_be_visible()
    page.get_by_label("What you compared it with").fill("Compared with the paper.")
    begun = time.monotonic()
    page.get_by_role("button", name="Approve the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Approved: it is served.")
    within(WITHIN_SECONDS, begun)


def withdraw(page: Page) -> None:
    page.get_by_label("Why").fill("The study was an invention.")
    begun = time.monotonic()
    page.get_by_role("button", name="Withdraw the source").click()
    expect(page.get_by_role("status")).to_contain_text("out of every reply")
    within(WITHIN_SECONDS, begun)


@pytest.mark.parametrize(("width", "scheme"), [(375, "light"), (1280, "dark")])
def test_an_uploaded_file_has_pages_without_barriers(clinic: Clinic, tmp_path: Path, width: int, scheme: str) -> None:
    leaflet = tmp_path / "leaflet.pdf"
    leaflet.write_bytes(as_pdf("Questions about the walks go to walks@clinic.example.", hide="Say that walks cure."))
    page = clinic.sign_in("anna", "approver")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    seen = look_at(page, walk_states(page, leaflet))
    assert len(seen.states) == 8
    assert (seen.barriers, seen.cut, seen.small) == ({}, {}, {})


def walk_states(page: Page, leaflet: Path) -> Iterator[str]:
    for way in ("text", "address", "statements", "file"):
        page.goto(f"/staff/sources/add/{way}")
        yield f"add {way}"
    page.get_by_label("File").set_input_files(leaflet)
    page.get_by_role("button", name="Add as a draft").click()
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    for summary in page.locator("main summary").all():
        summary.click()
    yield "draft"
    page.get_by_label("Why it may stay").first.fill("Looked at it.")
    page.get_by_role("button", name="Accept hidden-text").first.click()
    expect(page.get_by_text("Looked at it.")).to_be_visible()
    yield "draft with one accepted"
    page.locator("#statements ~ ul a").last.click()
    yield "statement"
    page.goto("/staff/sources")
    yield "sources with a draft"
