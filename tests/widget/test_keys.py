"""Keys typed in the chat's field: what a composition needs, and what the page around it must not get."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser

PRESS_ENTER = """(root, keyCode) => root.querySelector("#question").dispatchEvent(
  new KeyboardEvent("keydown", { key: "Enter", keyCode, bubbles: true, composed: true, cancelable: true }))"""
PAGE_SHORTCUTS = """() => {
  window.heard = [];
  for (const name of ["keydown", "keypress", "keyup"])
    document.addEventListener(name, (event) => {
      if (!["s", "/"].includes(event.key)) return;
      heard.push(event.key);
      event.preventDefault();
    });
}"""


def test_the_enter_that_ends_a_composition_in_safari_does_not_send(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.field.fill("膵島の細胞")
    chat.measure(PRESS_ENTER, 229)
    assert chat.field.input_value() == "膵島の細胞"
    expect(chat.page.locator(".asked")).to_have_count(0)
    chat.measure(PRESS_ENTER, 13)
    expect(chat.page.locator(".asked")).to_have_count(1)


def test_what_is_typed_in_the_field_is_no_shortcut_of_the_page(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.page.evaluate(PAGE_SHORTCUTS)
    chat.field.press_sequentially("spans 1/2")
    assert chat.field.input_value() == "spans 1/2"
    assert chat.page.evaluate("heard") == []
    chat.page.locator("h1").click()
    chat.page.keyboard.press("s")
    assert chat.page.evaluate("heard.length") > 0, "the page's own shortcuts still work"
