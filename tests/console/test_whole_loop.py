"""The loop that the console is for, played through in a real browser, from an empty store: what the bot declines
becomes an approved answer, the answer a case of the evaluation, and a changed source takes the answer out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from isletbot.wiring import make_app
from tests.console.clinic import (
    INFUSION,
    SURGERY,
    Clinic,
    open_from_menu,
    path_of,
    publish_source,
    set_up_clinic,
    wait_for,
)
from tests.server.live import serve_live
from tests.widget.chat_page import ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.weights]
ASKED = "Do they have to cut my belly open to put the cells in?"
WAYS = (ASKED, "Is the belly cut open to put the cells in?", "Do surgeons open the abdomen to place the cells?")
IN_OTHER_WORDS = "Do they need to cut my belly open to place the cells?"


@pytest.fixture
def clinic(tmp_path: Path, built: Path, browser: Browser) -> Iterator[Clinic]:
    settings = set_up_clinic(tmp_path, built)
    with serve_live(make_app(settings)) as address:
        opened = Clinic(settings, address, browser)
        yield opened
        opened.close()


def test_a_gap_becomes_an_approved_answer_and_leaves_when_its_source_changes(clinic: Clinic) -> None:
    expect(ask(clinic, "Did anyone come off insulin?")).to_contain_text("10 (83%)")
    expect(ask(clinic, ASKED)).to_contain_text("do not answer this")

    anna, bert = clinic.sign_in("anna", "editor"), clinic.sign_in("bert", "approver")
    find_in_queue(anna, "declined", ASKED)
    answer = write_answer(anna)
    refuse_own_approval(anna, answer)
    approve(bert, answer)

    reply = ask(clinic, IN_OTHER_WORDS)
    expect(reply).to_contain_text(INFUSION)
    reply.locator(".cite").first.click()
    expect(reply.locator("mark").first).to_have_text(INFUSION)
    assert ASKED in {case["turns"][0] for case in read_cases(clinic.settings.data_dir)}

    publish_source(clinic.settings, SURGERY)
    find_in_queue(anna, "left", ASKED)
    expect(ask(clinic, IN_OTHER_WORDS)).not_to_contain_text(INFUSION)
    bert.goto(answer)
    expect(bert.get_by_text("Served no more")).to_be_visible()
    assert ASKED not in {case["turns"][0] for case in read_cases(clinic.settings.data_dir)}


def ask(clinic: Clinic, question: str) -> Locator:
    """As a patient, in a window of their own: the chat on the clinic's page."""
    chat = ChatPage(clinic.open_window())
    chat.load(clinic.address)
    chat.wait()
    return chat.open().ask(question)


def find_in_queue(page: Page, kind: str, words: str) -> None:
    open_from_menu(page, "Queue")
    page.get_by_label("Why it is here").select_option(kind)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**kind={kind}**")
    wait_for(page, words)
    row = page.get_by_role("row").filter(has_text=words)
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def write_answer(page: Page) -> str:
    """From the group of the queue, with one click; a sentence that a source supports. Where the answer stands."""
    page.get_by_role("link", name="Write an approved answer").first.click()
    asks = page.get_by_label("Ways of asking for it")
    expect(asks).to_have_value(ASKED)
    asks.fill("\n".join(WAYS))
    page.get_by_label("Sentence 1", exact=True).fill(INFUSION)
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("supported", exact=True).first).to_be_visible()
    page.get_by_label("Owner").fill("anna")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("another person can approve it")
    return path_of(page)


def refuse_own_approval(page: Page, answer: str) -> None:
    page.goto(answer)
    expect(page.get_by_role("button", name="Approve version 1")).to_have_count(0)


def approve(page: Page, answer: str) -> None:
    page.goto(answer)
    page.get_by_role("button", name="Approve version 1").click()
    expect(page.get_by_role("status").first).to_contain_text("Approved")


def read_cases(data_dir: Path) -> list[dict[str, list[str]]]:
    """Every case that staff's work has put into the evaluation."""
    files = (data_dir / "evals").glob("*.jsonl")
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
