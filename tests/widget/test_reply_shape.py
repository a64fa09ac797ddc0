"""A reply is the answer: its words take the room, and nothing is said twice."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.answers import SOURCES, STARTERS, make_answer
from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage

pytestmark = pytest.mark.browser

PHONE = {"width": 375, "height": 667}
KEYBOARD = """(height) => {
  Object.defineProperty(visualViewport, "height", { value: height, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""


def answer_with(chat: ChatPage, answer: dict[str, Any]) -> None:
    chat.page.route("**/v1/chat", lambda route: route.fulfill(json=answer))


@pytest.mark.parametrize("question", ["How many?", "hello", "unknown"])
def test_on_a_phone_the_words_take_at_least_half_of_what_one_reply_shows(open_page: OpenPage, question: str) -> None:
    chat = open_page(viewport=PHONE).open()
    if question != "How many?":
        answer_with(chat, make_answer("small_talk", "Every fact I give comes with its source. " * 5))
    reply = chat.ask(question).bounding_box()
    words = chat.reply.locator(".said").bounding_box()
    assert reply is not None
    assert words is not None
    assert words["height"] >= 0.5 * reply["height"]


def test_on_a_phone_the_log_has_more_than_half_of_the_window(open_page: OpenPage) -> None:
    chat = open_page(viewport=PHONE).open()
    log = chat.page.locator(".log").bounding_box()
    assert log is not None
    assert log["height"] >= 0.55 * PHONE["height"]


def test_sentences_run_on_as_one_paragraph_with_small_marks(open_page: OpenPage) -> None:
    chat = open_page().open()
    reply = chat.ask("How many?")
    expect(reply.locator(".said p")).to_have_count(1)
    expect(reply.locator(".said p .sentence")).to_have_count(2)
    size = "(node) => parseFloat(getComputedStyle(node).fontSize)"
    assert reply.locator(".cite").first.evaluate(size) <= 0.75 * reply.locator(".said p").evaluate(size)


@pytest.mark.parametrize("width", range(320, 420, 12))
def test_a_mark_stands_on_the_line_of_the_last_word_it_belongs_to(open_page: OpenPage, width: int) -> None:
    chat = open_page(viewport={"width": width, "height": 700}).open()
    chat.ask("How many?")
    apart = """(root) => [...root.querySelectorAll(".sentence")].map((sentence) => {
      const range = document.createRange(), text = sentence.querySelector(".end").firstChild;
      range.setStart(text, text.length - 1);
      range.setEnd(text, text.length);
      const word = range.getBoundingClientRect(), mark = sentence.querySelector(".cite").getBoundingClientRect();
      return Math.abs((word.top + word.bottom) / 2 - (mark.top + mark.bottom) / 2) < 12;
    })"""
    assert chat.measure(apart) == [True, True]


def test_one_mark_stands_for_one_source_and_its_card_has_every_quote(open_page: OpenPage) -> None:
    chat = open_page().open()
    second = {**SOURCES[0], "key": "k9", "quote": "The other two still used insulin.", "section": "Figure 2"}
    said = {"text": "Ten of twelve used none.", "citations": ["k1", "k9"]}
    answer_with(
        chat, make_answer(citations=[SOURCES[0], second], sentences=[said], text="Ten of twelve used none. [1]")
    )
    reply = chat.ask("How many?")
    expect(reply.locator(".cite")).to_have_text(["1"])
    reply.locator(".cite").click()
    expect(reply.locator(".source:visible")).to_have_count(1)
    expect(reply.locator(".source mark")).to_have_text([SOURCES[0]["quote"], "The other two still used insulin."])
    expect(reply.locator(".source")).to_contain_text("Section: Figure 2")
    assert reply.locator(".source .title").count() == 1


TOPICS = STARTERS[:2]


@pytest.mark.parametrize(
    "text",
    [
        f"My sources do not give the price.\n\nThey can answer: {' '.join(TOPICS)}\n\nGeneral information.",
        f"My sources do not give the price. They can answer: {' '.join(TOPICS)}\n\nGeneral information.",
        f"My sources do not give the price.\n\n- {TOPICS[0]}\n- {TOPICS[1]}\n\nGeneral information.",
        f"My sources do not give the price.\n\n{TOPICS[1]} or {TOPICS[0]}\n\nGeneral information.",
    ],
)
def test_questions_that_are_buttons_are_not_repeated_as_text(open_page: OpenPage, text: str) -> None:
    chat = open_page().open()
    notices = [{"id": "general-information", "text": "General information."}]
    answer_with(chat, make_answer("not_in_corpus", "-", text=text, suggestions=TOPICS, notices=notices))
    reply = chat.ask("price")
    assert reply.locator(".said").inner_text().strip() == "My sources do not give the price."
    expect(reply.locator(".suggestions button")).to_have_text(TOPICS)


@pytest.mark.parametrize(
    "text",
    [
        f"Whether {TOPICS[0]} and how often people ask {TOPICS[1]} is not known.",
        f"My sources do not give the price. They can answer: {TOPICS[0]}",
    ],
)
def test_a_text_that_says_more_than_the_questions_stays_whole(open_page: OpenPage, text: str) -> None:
    chat = open_page().open()
    answer_with(chat, make_answer("not_in_corpus", "-", text=text, suggestions=TOPICS, notices=[]))
    assert chat.ask("price").locator(".said").inner_text().strip() == text


def test_at_most_two_suggestions_stand_below_a_reply(open_page: OpenPage) -> None:
    chat = open_page().open()
    answer_with(chat, make_answer(suggestions=[*STARTERS, "And what then?"]))
    expect(chat.ask("How many?").locator(".suggestions button")).to_have_count(2)


def test_the_notice_stands_once_and_in_sight_short_under_the_log_and_whole_at_the_opening(open_page: OpenPage) -> None:
    chat = open_page(viewport=PHONE).open()
    expect(chat.page.locator(".intro")).to_contain_text(
        "This is general information, not medical advice. For your own care, ask Harbour Diabetes Clinic."
    )
    for question in ("How many?", "hello", "urgent"):
        chat.ask(question)
        seen = chat.page.get_by_text("General information, not medical advice.", exact=True)
        expect(seen).to_have_count(1)
        expect(seen).to_be_in_viewport()


def test_the_numbers_stand_in_one_place_of_the_panel(open_page: OpenPage) -> None:
    chat = open_page(viewport=PHONE).open()
    chat.ask("How many?")
    assert chat.measure("(root) => root.querySelectorAll('.panel a[href=\"tel:911\"]').length") == 1


def test_the_head_folds_while_a_keyboard_is_up_and_the_field_stays_above_it(open_page: OpenPage) -> None:
    chat = open_page(viewport=PHONE).open()
    chat.page.evaluate(KEYBOARD, 330)
    expect(chat.page.locator(".head")).to_be_hidden()
    expect(chat.page.locator(".panel .notice")).to_be_visible()
    box = chat.field.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 330
    chat.page.evaluate(KEYBOARD, 667)
    expect(chat.page.locator(".head")).to_be_visible()


def test_a_card_says_whose_words_it_shows(open_page: OpenPage) -> None:
    reply = open_page().open().ask("How many?")
    titles = reply.locator(".source .title")
    expect(titles.nth(0)).to_have_text(f"Our summary of \u201c{SOURCES[0]['title']}\u201d")
    expect(titles.nth(2)).to_have_text(f"The exact words of \u201c{SOURCES[1]['title']}\u201d")
