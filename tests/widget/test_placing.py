"""The launcher and the panel beside the page: small, put away, clear of the last line, and of one another."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.widget.chat_page import TITLE, ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser

ADD_SECOND = """() => {
  const second = document.createElement("isletbot-chat");
  second.setAttribute("widget", "second");
  second.setAttribute("heading", "Ask the pharmacy");
  document.body.append(second);
}"""
LAST_LINE = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const lines = document.createRange();
  lines.selectNodeContents(document.querySelector("footer"));
  const last = lines.getBoundingClientRect();
  return { bottom: last.bottom, height: innerHeight };
}"""


def box_of(chat: ChatPage, selector: str) -> Any:
    box = chat.page.locator(selector).bounding_box()
    assert box is not None
    return box


@pytest.mark.parametrize("size", [(320, 640), (375, 667), (1280, 800)])
def test_the_launcher_is_small_and_clear_of_the_last_line(open_page: OpenPage, size: tuple[int, int]) -> None:
    chat = open_page(viewport={"width": size[0], "height": size[1]})
    launcher = box_of(chat, ".launcher")
    assert launcher["height"] <= 90
    assert launcher["width"] <= 336
    assert launcher["width"] * launcher["height"] <= 0.13 * size[0] * size[1]
    last = chat.page.evaluate(LAST_LINE)
    assert last["bottom"] <= launcher["y"]


def test_a_page_that_fits_its_window_scrolls_only_where_the_launcher_lies_on_it(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.evaluate("() => (document.body.style = 'height: 100vh; overflow: hidden')")
    chat.page.set_viewport_size({"width": 1200, "height": 800})
    chat.page.locator("isletbot-chat").evaluate("(chat) => (chat.remove(), document.body.append(chat))")
    assert chat.page.evaluate("getComputedStyle(document.documentElement).paddingBlockEnd") == "0px"


def test_the_launcher_can_be_put_away_and_the_chat_still_be_opened_by_the_page(open_page: OpenPage) -> None:
    chat = open_page()
    chat.button("Hide the chat button").click()
    expect(chat.launcher).to_be_hidden()
    assert chat.page.evaluate("getComputedStyle(document.documentElement).paddingBlockEnd") == "0px"
    assert chat.page.evaluate("sessionStorage.length + localStorage.length") == 0
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.open()")
    expect(chat.panel).to_be_visible()
    chat.button("Close").click()
    expect(chat.launcher).to_be_hidden()
    chat.page.reload()
    expect(chat.launcher).to_be_visible()


def test_two_chats_on_a_page_do_not_lie_on_each_other(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    chat.page.evaluate(ADD_SECOND)
    first, second = (box_of(chat, f".launcher >> nth={place}") for place in range(2))
    assert second["y"] + second["height"] <= first["y"]
    chat.page.get_by_role("button", name="Ask the pharmacy").click()
    expect(chat.page.get_by_role("dialog", name="Ask the pharmacy")).to_be_visible()
    expect(chat.page.locator(".launcher:visible")).to_have_count(0)
    chat.page.locator("isletbot-chat").first.evaluate("(chat) => chat.open()")
    expect(chat.page.get_by_role("dialog", name=TITLE)).to_be_visible()
    expect(chat.page.get_by_role("dialog", name="Ask the pharmacy")).to_be_hidden()
    chat.page.get_by_role("dialog", name=TITLE).get_by_role("button", name="Close").click()
    expect(chat.page.locator(".launcher:visible")).to_have_count(2)
    assert chat.errors == []


def test_when_the_lower_one_is_put_away_the_upper_one_comes_down(open_page: OpenPage) -> None:
    chat = open_page()
    low = box_of(chat, ".launcher")
    chat.page.evaluate(ADD_SECOND)
    chat.button("Hide the chat button").first.click()
    second = box_of(chat, ".launcher:visible")
    assert second["y"] + second["height"] == pytest.approx(low["y"] + low["height"], abs=1)


@pytest.mark.parametrize("opened", [False, True])
def test_a_chat_in_the_page_takes_no_focus_when_it_is_loaded(open_page: OpenPage, opened: bool) -> None:
    chat = open_page("/demo/phone.html", waits=False)
    script = """(opened) => {
      const chat = document.querySelector("isletbot-chat"), fresh = chat.cloneNode(true);
      fresh.toggleAttribute("open", opened);
      document.querySelector("a").focus();
      chat.replaceWith(fresh);
    }"""
    chat.page.evaluate(script, opened)
    expect(chat.panel).to_be_visible(visible=opened)
    assert chat.page.evaluate("document.activeElement.localName") == "a"


def test_pressing_the_launcher_in_the_page_goes_to_the_field(open_page: OpenPage) -> None:
    chat = open_page("/demo/phone.html").open()
    assert chat.focused == "Your question"


def test_the_phone_is_one_press_away_before_the_chat_is_opened(open_page: OpenPage) -> None:
    chat = open_page("/demo/hostile.html")
    call = chat.page.locator(".launcher").get_by_role("link", name="Call 555 0100")
    expect(call).to_have_attribute("href", "tel:5550100")


LONG = ["x" * 300, "https://example.org/" + "a" * 300]


@pytest.mark.parametrize("text", LONG, ids=["word", "link"])
def test_long_words_and_links_wrap(open_page: OpenPage, text: str) -> None:
    chat = open_page(viewport={"width": 320, "height": 640}).open()
    chat.page.route(
        "**/v1/chat",
        lambda route: route.fulfill(
            json={
                "id": "a",
                "kind": "small_talk",
                "text": text,
                "sentences": [],
                "citations": [],
                "notices": [{"id": "handoff-offer", "text": text}],
                "as_of": "2026-01-01",
                "suggestions": [text],
                "composer": "none",
            }
        ),
    )
    chat.ask(text)
    wide = (
        "(root) => [...root.querySelectorAll('.panel *')].filter((node) => node.getBoundingClientRect().right > 320.5)"
    )
    assert chat.measure(f"(root) => ({wide})(root).map((node) => node.className)") == []
