"""After a false alarm the chat goes on, and a new chat keeps the old one to read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.widget.answers import URGENT
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["This was not an emergency", "Help is on the way, go on"])
def test_after_an_urgent_reply_a_button_says_how_it_stands(open_page: OpenPage, play: Play, name: str) -> None:
    chat = open_page().open()
    chat.ask("urgent").get_by_role("button", name=name).click()
    expect(chat.page.locator(".reply[aria-busy=false]")).to_have_count(2)
    assert play.called("/v1/chat")[-1] == {"messages": [{"role": "user", "content": f"{name}."}]}
    expect(chat.page.locator(".asked p").last).to_have_text(f"{name}.")


def test_other_replies_have_no_such_buttons(open_page: OpenPage) -> None:
    reply = open_page().open().ask("How many?")
    expect(reply.get_by_role("button", name="This was not an emergency")).to_have_count(0)


def test_a_new_chat_has_a_session_of_its_own_and_the_old_one_stays_to_read(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.ask("urgent").get_by_role("button", name="New chat").click()
    expect(chat.page.locator(".intro")).to_have_count(2)
    expect(chat.page.locator(".note").first).to_have_text("A new chat begins here. The one above stays to read.")
    old = chat.page.get_by_role("region", name="Earlier chat")
    expect(old).to_contain_text(URGENT)
    old.locator(".cite").first.click()
    expect(old.locator("mark").first).to_be_visible()
    assert chat.focused.startswith("Source 1")
    chat.ask("And now?")
    assert [len(said) for said in play.sessions.values()] == [4, 2]
    assert len(play.called("/v1/sessions")) == 2


def test_a_reply_of_the_old_chat_is_rated_in_its_own_session(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.button("New chat").click()
    expect(chat.page.locator(".intro")).to_have_count(2)
    with chat.page.expect_request("**/v1/feedback") as sent:
        chat.page.locator(".earlier").get_by_role("button", name="Helpful").click()
    assert sent.value.headers["authorization"] == "Bearer token1"


def test_a_new_chat_before_anything_was_asked_opens_no_second_session(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.button("New chat").click()
    assert chat.focused == "Your question"
    chat.ask("How many?")
    assert len(play.called("/v1/sessions")) == 1
    expect(chat.page.locator(".earlier")).to_have_count(0)


def test_delete_deletes_the_old_chat_too(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    for _ in range(2):
        chat.ask("How many?")
        chat.button("New chat").click()
        expect(chat.page.locator(".log > .intro .suggestions")).to_be_visible()
    assert len(play.sessions) == 3
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note").last).to_contain_text("The chat is deleted.")
    assert play.sessions == {}
    expect(chat.page.locator(".earlier, .reply")).to_have_count(0)


def test_what_was_being_answered_is_stopped_and_can_be_asked_again_in_the_new_chat(
    open_page: OpenPage, play: Play
) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    chat.button("New chat").click()
    expect(chat.page.locator(".earlier .reply")).to_contain_text("You stopped this answer.")
    play.held.set()
    chat.ask("hello")
    assert len(play.sessions) == 2
