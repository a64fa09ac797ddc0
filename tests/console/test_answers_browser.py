"""Ask and the approved answers in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.builders import DEATHS, INDEPENDENCE
from tests.console.answer_workplace import WRONG, AnswerPlace
from tests.console.conftest import OpenBrowser
from tests.console.in_browser import look_at, set_up_account, tab_to

pytestmark = pytest.mark.browser
QUESTION = "Did anyone come off insulin?"


@pytest.fixture
def place(answer_place: AnswerPlace) -> AnswerPlace:
    return answer_place


def ask(page: Page) -> None:
    page.goto("/staff/ask")
    page.get_by_label("A patient's question").fill(QUESTION)
    page.get_by_role("button", name="Draft a reply").click()


def walk_pages(place: AnswerPlace, page: Page) -> Iterator[str]:
    page.goto("/staff/answers")
    yield "no answers"
    anna, bert = place.person("anna", "editor"), place.person("bert", "approver")
    path, draft = place.write(anna), place.write(anna, asks="Did all come off insulin?", text=WRONG)
    bert.get(path)
    bert.post(f"{path}/approve", number="1")
    place.write(anna, f"{path}/edit", based_on="1", asks="Who could stop insulin?\nWho came off?")
    for name, where in {
        "list": "", "new": "/new", "test box": "/test", "live": path, "draft": draft, "edit": f"{path}/edit",
        "version": f"{path}/versions/2",
    }.items():  # fmt: skip
        page.goto(where if where.startswith("/staff") else f"/staff/answers{where}")
        yield name
    page.goto("/staff/answers/test")
    page.get_by_label("Question").fill("Who could stop insulin then?")
    page.get_by_role("button", name="Try it").click()
    yield "tried"
    ask(page)
    expect(page.get_by_role("heading", name="Draft reply")).to_be_visible()
    yield "draft reply"
    page.get_by_label("Sentence 1", exact=True).fill(WRONG)
    expect(page.get_by_text("0 of 1 sentences")).to_be_visible()
    yield "marked"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_page_and_nothing_is_cut(
    open_browser: OpenBrowser, place: AnswerPlace, scheme: str, width: int
) -> None:
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    set_up_account(place, page, "adele")
    seen = look_at(page, walk_pages(place, page))
    assert seen.barriers == {}
    assert seen.cut == {}
    assert seen.small == {}
    assert complaints == []


def test_what_is_typed_is_checked_and_marked_in_what_is_copied(open_browser: OpenBrowser, place: AnswerPlace) -> None:
    page = open_browser()
    set_up_account(place, page, "adele")
    ask(page)
    text = page.get_by_label("The reply with its sources")
    expect(text).to_have_value(re.compile(re.escape(INDEPENDENCE)))
    page.get_by_label("Sentence 1", exact=True).fill(WRONG)
    expect(page.locator("#found-1 .tag")).to_have_text("unsupported")
    expect(text).to_have_value(re.compile("NOT SUPPORTED"))
    page.get_by_role("button", name="Add a sentence").click()
    page.keyboard.type("Two of the 14 people died.")
    expect(page.get_by_text("1 of 2 sentences are supported.")).to_be_visible()
    expect(page.locator("blockquote", has_text=DEATHS)).to_be_visible()
    expect(page.get_by_label("Rests on (sentence 4)")).to_have_value("paper#deaths")
    page.emulate_media(media="print")
    expect(page.locator("[data-print-text]")).to_be_visible()
    expect(page.locator("[data-print-text]")).to_contain_text("NOT SUPPORTED")
    expect(page.get_by_role("button", name="Verify")).to_be_hidden()


def test_what_is_typed_before_the_script_is_there_is_checked_as_well(
    open_browser: OpenBrowser, place: AnswerPlace
) -> None:
    page = open_browser()
    set_up_account(place, page, "adele")
    held: list[Route] = []
    page.route("**/sentences.js*", lambda route: held.append(route))
    page.goto("/staff/ask")
    page.get_by_label("A patient's question").fill(QUESTION)
    page.get_by_role("button", name="Draft a reply").click(no_wait_after=True)
    page.get_by_label("Sentence 1", exact=True).fill(WRONG)
    expect(page.locator("#found-1 .tag")).to_have_text("supported")
    held[-1].continue_()
    expect(page.locator("#found-1 .tag")).to_have_text("unsupported")


def test_a_paste_of_a_megabyte_is_refused_and_stays_in_the_page(open_browser: OpenBrowser, place: AnswerPlace) -> None:
    page = open_browser()
    set_up_account(place, page, "adele")
    ask(page)
    field = page.get_by_label("Sentence 1", exact=True)
    page.evaluate("document.querySelector('#text-1').value = 'word '.repeat(210000)")
    field.press("End")
    field.press("x")
    expect(page.get_by_role("status")).to_contain_text("1,050,001 characters and was not sent")
    assert field.input_value().startswith("word word")


def test_an_answer_is_written_by_keyboard_alone(open_browser: OpenBrowser, place: AnswerPlace) -> None:
    page = open_browser()
    set_up_account(place, page, "adele")
    page.goto("/staff/answers/new")
    tab_to(page, "Ways of asking")
    page.keyboard.type("How many died?")
    tab_to(page, "Sentence 1")
    page.keyboard.type("Two of the 14 people died.")
    expect(page.locator("#found-1 .tag")).to_have_text("supported")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Verified: another person can approve it.")


def test_without_scripts_a_reply_is_drafted_and_verified(open_browser: OpenBrowser, place: AnswerPlace) -> None:
    page = open_browser(java_script_enabled=False, viewport={"width": 320, "height": 700})
    set_up_account(place, page, "adele")
    ask(page)
    page.get_by_label("Sentence 1", exact=True).fill(WRONG)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#found-1 .tag")).to_have_text("unsupported")
    assert "NOT SUPPORTED" in page.get_by_label("The reply with its sources").input_value()


def test_a_statement_is_found_and_ticked_instead_of_typed(open_browser: OpenBrowser, place: AnswerPlace) -> None:
    page = open_browser()
    set_up_account(place, page, "adele")
    page.goto("/staff/answers/new")
    page.get_by_label("Sentence 1", exact=True).fill("Some people of the trial died.")
    page.get_by_label("Find a statement for it (sentence 1)").fill("died")
    page.get_by_role("checkbox", name=DEATHS).check()
    expect(page.get_by_label("Rests on (sentence 1)")).to_have_value("paper#deaths")
    expect(page.locator("#found-1 blockquote")).to_contain_text(DEATHS)
    page.get_by_role("checkbox", name=DEATHS).uncheck()
    expect(page.get_by_label("Rests on (sentence 1)")).to_have_value("")
