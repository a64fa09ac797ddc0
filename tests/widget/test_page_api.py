"""What a page may do with the element: methods, events, attributes changed at any time, single-page apps."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.answers import URGENT
from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.told = [];
  for (const name of ["open", "asked", "answered", "urgent", "handoff"])
    document.addEventListener(`isletbot:${name}`, (event) => told.push([name, event.detail]));
}"""
REMOUNT = """(chat) => {
  const fresh = chat.cloneNode(true);
  fresh.removeAttribute("open");
  chat.remove();
  return new Promise((done) => setTimeout(() => (document.body.append(fresh), done()), 50));
}"""


def call(chat: ChatPage, script: str) -> Any:
    return chat.page.locator("isletbot-chat").evaluate(f"(chat) => {{ {script} }}")


def told(chat: ChatPage) -> list[list[Any]]:
    found: list[list[Any]] = chat.page.evaluate("told")
    return found


def test_the_methods_open_ask_begin_anew_and_close(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    call(chat, "chat.open()")
    expect(chat.panel).to_be_visible()
    call(chat, "chat.close()")
    expect(chat.panel).to_be_hidden()
    call(chat, "chat.ask('How many?')")
    expect(chat.panel).to_be_visible()
    expect(chat.reply).to_have_attribute("data-kind", "answered")
    call(chat, "chat.newChat()")
    expect(chat.page.get_by_role("region", name="Earlier chat")).to_be_visible()
    expect(chat.page.locator(".intro")).to_have_count(2)
    assert len(play.called("/v1/sessions")) == 2


def test_what_is_too_long_to_ask_is_put_into_the_field(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    call(chat, "chat.ask('x'.repeat(501))")
    assert len(chat.field.input_value()) == 501
    assert play.called("/v1/chat") == []


def test_an_element_outside_the_page_says_what_is_missing(open_page: OpenPage) -> None:
    chat = open_page()
    script = """() => {
      try { document.createElement("isletbot-chat").open(); } catch (error) { return error.message; }
    }"""
    assert chat.page.evaluate(script) == "Put <isletbot-chat> into the page before you call it."


def test_events_tell_what_happens_and_no_words(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.evaluate(LISTEN)
    chat.open()
    chat.ask("How many?")
    chat.ask("urgent")
    chat.button("Ask the clinic to contact you").click()
    form = chat.page.get_by_role("form")
    form.get_by_label("Your email or phone").fill("pat@example.org")
    form.get_by_label("I agree").check()
    chat.button("Send to the clinic").click()
    expect(chat.page.locator(".note")).to_be_visible()
    urgent = {"kind": "urgent", "id": "answer-urgent"}
    assert told(chat) == [
        ["open", {}],
        ["asked", {}],
        ["answered", {"kind": "answered", "id": "answer-answered"}],
        ["asked", {}],
        ["answered", urgent],
        ["urgent", urgent],
        ["handoff", {}],
    ]


def test_a_page_that_asks_for_the_words_gets_them(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.evaluate(LISTEN)
    call(chat, "chat.setAttribute('event-words', '')")
    chat.open()
    chat.ask("urgent")
    assert told(chat)[1] == ["asked", {"text": "urgent"}]
    assert told(chat)[-1][1]["text"].startswith(URGENT)


def test_changed_attributes_are_obeyed_and_the_chat_goes_on(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.field.fill("half a")
    call(chat, "chat.setAttribute('heading', 'Ask the harbour'); chat.setAttribute('heading-level', '4')")
    expect(chat.panel.locator("h4")).to_have_text("Ask the harbour")
    expect(chat.reply).to_have_attribute("data-kind", "answered")
    assert chat.field.input_value() == "half a"
    call(chat, "chat.setAttribute('phone', '555 0177'); chat.setAttribute('contact', 'the Pier Clinic')")
    expect(chat.page.locator(".panel .notice")).to_contain_text("Talk to a person: the Pier Clinic. Call 555 0177")
    assert len(play.called("/v1/sessions")) == 1
    call(chat, "chat.setAttribute('mode', 'inline')")
    expect(chat.page.locator(".inline .panel .reply")).to_have_attribute("data-kind", "answered")
    assert chat.errors == []


def test_another_widget_is_another_chat(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    call(chat, "chat.setAttribute('widget', 'second')")
    expect(chat.page.locator(".intro .suggestions")).to_be_visible()
    expect(chat.page.locator(".reply")).to_have_count(0)
    assert play.called("/v1/sessions")[-1] == {"widget": "second"}


def test_an_app_that_puts_up_another_element_keeps_the_chat(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.field.fill("half a")
    chat.page.locator("body").evaluate("() => document.activeElement.blur()")
    call(chat, f"return ({REMOUNT})(chat)")
    expect(chat.panel).to_be_visible()
    expect(chat.reply).to_have_attribute("data-kind", "answered")
    assert chat.field.input_value() == "half a"
    assert chat.page.evaluate("document.activeElement.localName") == "body"
    assert len(play.called("/v1/sessions")) == 1
    chat.ask("hello")
    assert [len(said) for said in play.sessions.values()] == [4]


def test_an_app_that_moves_the_element_does_not_stop_the_answer(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    call(chat, "chat.remove(); document.body.append(chat)")
    play.held.set()
    expect(chat.reply).to_have_attribute("data-kind", "answered")


def test_two_chats_of_one_widget_have_a_session_each(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    call(chat, "chat.remove(); document.body.append(chat)")
    call(chat, "document.body.append(Object.assign(document.createElement('isletbot-chat'), { id: 'second' }))")
    chat.page.locator("#second").evaluate("(chat) => chat.open()")
    expect(chat.page.locator("#second .intro .suggestions")).to_be_visible()
    assert len(play.called("/v1/sessions")) == 2
