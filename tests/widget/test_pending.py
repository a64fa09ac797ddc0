"""What a person sends while an answer is still being made: nothing is lost, and a red flag does not wait."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from isletbot.answering.red_flags.floor import find_red_flag
from isletbot.types import Question
from tests.answering.triage_data import shipped
from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

SCRIPT = Path(__file__).parents[2] / "src/isletbot/widget/red_flags.js"
PHRASES: list[str] = json.loads(
    re.sub(r",\s*\]", "]", "[" + SCRIPT.read_text(encoding="utf-8").split("PHRASES = [")[1].split("];")[0] + "]")
)


def list_asked(play: Play) -> list[str]:
    return [body["messages"][-1]["content"] for body in play.called("/v1/chat")]


def ask_a_slow_one(chat: ChatPage) -> None:
    chat.open()
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_red_flag_of_the_page_is_one_of_the_servers_rules(phrase: str) -> None:
    found = find_red_flag(Question(phrase, ()), shipped())
    assert found is not None
    assert found.route == "urgent"


@pytest.mark.browser
def test_messages_sent_meanwhile_are_shown_and_answered_in_their_order(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    ask_a_slow_one(chat)
    chat.send("hello")
    chat.send("recipe")
    assert chat.field.input_value() == ""
    expect(chat.page.locator(".asked p")).to_have_text(["a slow one", "hello", "recipe"])
    expect(chat.reply).to_contain_text("This is sent when the one before is answered.")
    assert chat.said[-1] == ["status", "This is sent when the one before is answered."]
    assert list_asked(play) == ["a slow one"]
    play.held.set()
    expect(chat.page.locator(".reply[aria-busy=false]")).to_have_count(3)
    assert list_asked(play) == ["a slow one", "hello", "recipe"]
    kinds = [reply.get_attribute("data-kind") for reply in chat.page.locator(".reply").all()]
    assert kinds == ["answered", "small_talk", "out_of_scope"]
    expect(chat.button("Stop")).to_be_hidden()


@pytest.mark.browser
def test_a_red_flag_is_sent_at_once_beside_the_answer_that_is_being_made(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    ask_a_slow_one(chat)
    chat.send("urgent! I\u2019ve got CHEST  pain")
    expect(chat.reply).to_have_attribute("data-kind", "urgent")
    expect(chat.page.locator(".reply").first).to_have_attribute("aria-busy", "true")
    assert len(list_asked(play)) == 2
    play.held.set()
    expect(chat.page.locator(".reply[data-kind=answered]")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.parametrize(
    "flag",
    [
        "Je ne peux pas respirer",
        "Er ist ohnm\u00e4chtig",
        "\u0623\u0644\u0645 \u0641\u064a \u0627\u0644\u0635\u062f\u0631",
    ],
)
def test_a_red_flag_is_known_with_its_accents(open_page: OpenPage, play: Play, flag: str) -> None:
    chat = open_page()
    ask_a_slow_one(chat)
    chat.send(flag)
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    assert list_asked(play) == ["a slow one", flag]


@pytest.mark.browser
def test_stop_ends_the_one_being_answered_and_the_next_is_sent(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    ask_a_slow_one(chat)
    chat.send("hello")
    chat.button("Stop").click()
    expect(chat.page.locator(".reply").first).to_contain_text("You stopped this answer.")
    expect(chat.reply).to_have_attribute("data-kind", "small_talk")


@pytest.mark.browser
def test_what_waits_behind_an_error_is_sent_all_the_same(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    chat.open()
    chat.send("a slow one that breaks")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    chat.send("hello")
    play.held.set()
    expect(chat.reply).to_have_attribute("data-kind", "small_talk")
    expect(chat.page.locator(".reply").first).to_have_attribute("data-kind", "error")


@pytest.mark.browser
def test_a_deleted_chat_sends_nothing_that_waited(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    ask_a_slow_one(chat)
    chat.send("hello")
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_contain_text("The chat is deleted.")
    assert list_asked(play) == ["a slow one"]
    expect(chat.page.locator(".asked")).to_have_count(0)
