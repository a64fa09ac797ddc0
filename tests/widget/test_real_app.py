"""The chat on the app that ships, with the bot that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from isletbot.settings import load_settings
from isletbot.wiring import make_app
from tests.widget.chat_page import ChatPage
from tests.widget.running import RunningApp

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.fixture(scope="module")
def chat(browser: Browser, built: Path) -> Iterator[ChatPage]:
    with RunningApp(make_app(load_settings(data_dir=built))) as running:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        chat = ChatPage(context.new_page())
        chat.load(running.url)
        chat.wait()
        yield chat
        context.close()


def test_the_front_page_shows_the_chat_and_the_clinics_own_words(chat: ChatPage) -> None:
    expect(chat.launcher).to_be_visible()
    expect(chat.page.locator("main")).to_contain_text("If this is an emergency, call 911")
    assert [url for url in chat.requests if "/v1/" in url] == []
    assert chat.page.evaluate("violations") == []


def test_a_question_is_answered_with_its_source_rated_and_deleted(chat: ChatPage) -> None:
    chat.open()
    reply = chat.ask("How many people could stop insulin?")
    expect(reply.get_by_role("heading")).to_have_text("From the sources")
    reply.locator(".cite").first.click()
    expect(reply.locator("mark").first).to_contain_text("83%")
    reply.get_by_role("button", name="Helpful").click()
    expect(reply.locator(".more")).to_contain_text("Thank you.")
    urgent = chat.ask("My mother is unconscious!")
    expect(urgent.locator(".calls a").first).to_have_attribute("href", "tel:911")
    assert chat.said[-1][0] == "alert"
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_contain_text("The chat is deleted.")
    assert chat.page.evaluate("violations") == []
    assert chat.errors == []
