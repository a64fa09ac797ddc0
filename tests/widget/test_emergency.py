"""Whom to call stands there in every state, whatever is broken: server, embed, network."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser

NUMBERS = "In an emergency, call 911 or 112."
SET = "(chat, given) => Object.entries(given).forEach(([name, value]) => chat.setAttribute(name, value))"


def list_calls(place: Locator) -> list[str | None]:
    return [link.get_attribute("href") for link in place.locator(".calls a").all()]


def set_attributes(chat: ChatPage, **given: str) -> None:
    chat.page.locator("isletbot-chat").evaluate(SET, given)


def test_the_numbers_stand_beside_the_launcher_and_in_the_panel_before_any_server_answered(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.route("**/v1/**", lambda route: None)
    expect(chat.page.locator(".launcher .notice")).to_contain_text("Emergency: 911 or 112.")
    chat.launcher.click()
    notice = chat.page.locator(".panel .notice")
    expect(notice).to_contain_text("Emergency: 911 or 112.")
    assert [link.get_attribute("href") for link in notice.locator(".emergency a").all()] == ["tel:911", "tel:112"]


def test_an_unreachable_server_shows_the_numbers_and_the_clinics_phone(open_page: OpenPage) -> None:
    chat = open_page()
    set_attributes(chat, phone="555 0199")
    chat.page.context.set_offline(True)
    chat.launcher.click()
    intro = chat.page.locator(".intro")
    expect(intro).to_contain_text(f"The chat cannot be reached. Check your connection and ask again. {NUMBERS}")
    assert list_calls(intro) == ["tel:911", "tel:112", "tel:5550199"]


@pytest.mark.parametrize("api", ["http://[", "https://", "mailto:chat@example.org"])
def test_an_address_that_is_none_shows_the_numbers(open_page: OpenPage, api: str) -> None:
    chat = open_page()
    set_attributes(chat, api=api)
    chat.launcher.click()
    expect(chat.page.locator(".intro")).to_contain_text(NUMBERS)
    assert list_calls(chat.page.locator(".intro"))[:2] == ["tel:911", "tel:112"]
    assert chat.errors == []


ODD = [
    (404, "text/html", "<h1>Not found</h1>"),
    (422, "application/json", json.dumps({"detail": [{"msg": "field required"}]})),
    (403, "application/json", json.dumps({"error": {"code": "origin_not_allowed", "message": "Not from here."}})),
    (500, "text/plain", "Internal Server Error"),
    (502, "text/html", "<h1>Bad gateway</h1>"),
    (200, "text/html", "<h1>Welcome to another site</h1>"),
    (200, "application/json", "{}"),
    (200, "application/json", "null"),
]


@pytest.mark.parametrize(("status", "kind", "body"), ODD)
def test_an_odd_answer_at_the_opening_shows_the_numbers(open_page: OpenPage, status: int, kind: str, body: str) -> None:
    chat = open_page()
    chat.page.route("**/v1/sessions", lambda route: route.fulfill(status=status, content_type=kind, body=body))
    chat.launcher.click()
    intro = chat.page.locator(".intro")
    expect(intro.locator(".note")).to_contain_text(NUMBERS)
    assert list_calls(intro)[:2] == ["tel:911", "tel:112"]
    expect(intro).not_to_contain_text("undefined")
    expect(intro).not_to_contain_text("Cannot read")


@pytest.mark.parametrize(("status", "kind", "body"), ODD)
def test_an_odd_answer_to_a_question_shows_the_numbers(open_page: OpenPage, status: int, kind: str, body: str) -> None:
    chat = open_page()
    chat.page.clock.install()
    chat.open()
    chat.page.route("**/v1/chat", lambda route: route.fulfill(status=status, content_type=kind, body=body))
    chat.send("How many?")
    chat.page.clock.run_for(10_000)
    expect(chat.reply.get_by_role("heading")).to_have_text("That did not work")
    expect(chat.reply).to_contain_text("In an emergency, call 911.")
    assert list_calls(chat.reply) == ["tel:911", "tel:5550100"]
    assert chat.said[-1][0] == "alert"


def test_while_a_lost_connection_is_tried_again_the_numbers_stand_there(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.clock.install()
    chat.open()
    chat.page.context.set_offline(True)
    chat.send("How many?")
    expect(chat.reply.locator(".step")).to_have_text(
        "The connection was lost. Trying again… In an emergency, call 911."
    )


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up(open_page: OpenPage) -> None:
    chat = open_page()
    held: list[Route] = []
    chat.page.clock.install()
    chat.page.route("**/v1/sessions", lambda route: held.append(route))
    chat.launcher.click()
    expect(chat.page.locator(".intro .note")).to_have_text("Opening the chat…")
    chat.page.clock.run_for(16_000)
    expect(chat.page.locator(".intro .note")).to_contain_text(NUMBERS)
    assert len(held) == 1


def test_a_page_of_another_country_names_its_own_numbers(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    set_attributes(chat, emergency="999, 111")
    expect(chat.page.locator(".launcher .notice")).to_contain_text("Emergency: 999 or 111.")
    chat.open()
    expect(chat.page.locator(".panel .notice")).to_contain_text("Emergency: 999 or 111.")
    chat.page.route("**/v1/chat", lambda route: route.fulfill(status=500, body="broken"))
    reply = chat.ask("How many?")
    assert list_calls(reply) == ["tel:999", "tel:111", "tel:5550100"]
