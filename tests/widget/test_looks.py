"""What the chat looks like when a person, a page or paper asks for something else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.widget.answers import SOURCES
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import SAID

pytestmark = pytest.mark.browser
CONTRAST = """(root, selector) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const style = getComputedStyle(root.querySelector(selector));
  const [low, high] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
FULL = "This is general information, not medical advice. For your own care, ask"
BAD_THEME = """
isletbot-chat { --isletbot-accent: #fefefe; --isletbot-on-accent: #fff; }
isletbot-chat { --isletbot-text: #fdfdfd; --isletbot-surface: #fff; }
isletbot-chat, ::part(panel), ::part(answer) { color: #fff; background: #fff; opacity: .1; filter: contrast(.1); }
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_theme_can_make_the_notice_or_an_urgent_reply_hard_to_read(open_page: OpenPage, scheme: str) -> None:
    chat = open_page(color_scheme=scheme)
    chat.add_styles(BAD_THEME)
    assert chat.measure(CONTRAST, ".launcher .notice") >= 4.5
    chat.open()
    assert chat.measure(CONTRAST, ".panel .notice") >= 4.5
    assert chat.style_of(".panel", "opacity") == "1"
    assert chat.style_of(".panel", "filter") == "none"
    chat.ask("urgent")
    assert chat.measure(CONTRAST, "[data-kind=urgent]") >= 4.5
    assert chat.measure(CONTRAST, ".calls a") >= 4.5


def test_the_theme_variables_and_parts_reach_what_they_name(open_page: OpenPage) -> None:
    chat = open_page().open()
    theme = """
    isletbot-chat { --isletbot-accent: #702963; --isletbot-radius: 2px; }
    isletbot-chat { --isletbot-width: 30em; --isletbot-font: monospace; }
    isletbot-chat::part(send) { border-width: 4px; }
    """
    chat.add_styles(theme)
    assert chat.style_of(".head", "backgroundColor") == "rgb(112, 41, 99)"
    assert chat.style_of(".panel", "borderTopLeftRadius") == "2px"
    assert chat.style_of(".panel", "width") == "480px"
    assert chat.style_of(".intro p", "fontFamily") == "monospace"
    assert chat.style_of(".main", "borderTopWidth") == "4px"


def test_the_page_may_choose_light_or_dark_against_the_system(open_page: OpenPage) -> None:
    chat = open_page(color_scheme="dark")
    dark = chat.style_of(".launcher", "backgroundColor")
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.setAttribute('theme', 'light')")
    assert chat.style_of(".launcher", "backgroundColor") == "rgb(255, 255, 255)" != dark


def test_motion_stops_for_those_who_asked_for_less(open_page: OpenPage) -> None:
    still, moving = open_page().open(), open_page(reduced_motion="no-preference").open()
    still.ask("hello")
    moving.ask("hello")
    assert still.style_of(".reply", "animationName") == "none"
    assert moving.style_of(".reply", "animationName") == "appear"


def test_forced_colours_keep_borders_and_tell_what_is_pressed(open_page: OpenPage) -> None:
    chat = open_page(forced_colors="active").open()
    reply = chat.ask("How many?")
    reply.locator(".cite").first.click()
    for selector in (".notice", ".reply", ".asked", ".cite", ".tools button"):
        assert chat.style_of(selector, "borderTopStyle") == "solid"
    assert chat.style_of(".cite[aria-expanded=true]", "outlineStyle") == "solid"
    assert chat.style_of("mark", "borderBottomWidth") == "2px"


def test_the_notice_stands_beside_the_launcher_and_with_the_way_to_a_person_in_the_panel(open_page: OpenPage) -> None:
    chat = open_page("/demo/hostile.html")
    notice = chat.page.locator(".notice:visible")
    expect(notice).to_have_text("AI, not a clinician. Emergency: 911 or 112.")
    chat.open()
    expect(notice).to_contain_text("AI program, not a clinician")
    expect(notice).to_contain_text(f"Talk to a person: {SAID['clinic_contact']}.")
    expect(notice.get_by_role("link", name="Call")).to_have_attribute("href", "tel:5550100")


def test_paper_has_the_whole_chat_with_sources_dates_notice_and_phone(open_page: OpenPage) -> None:
    chat = open_page(viewport={"width": 1280, "height": 500}).open()
    for question in ("How many?", "unknown", "personal"):
        chat.ask(question)
    chat.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    chat.page.emulate_media(media="print")
    chat.page.set_viewport_size({"width": 600, "height": 800})  # A sheet of paper may be narrow.
    paper = chat.panel.inner_text()
    for words in (SOURCES[0]["title"], SOURCES[0]["quote"], "20 June 2025", FULL, "Call 555 0100", "AI program"):
        assert words in paper
    assert re.search(r"Printed on \d+ \w+ \d{4}\.", paper)
    address = "(node) => getComputedStyle(node, '::after').content"
    assert SOURCES[0]["url"] in chat.page.locator(".original").first.evaluate(address)
    for hidden in (".composer", ".tools", ".launcher", ".actions button >> nth=0"):
        expect(chat.page.locator(hidden).first).to_be_hidden()
    panel = chat.panel.evaluate("(node) => [node.scrollHeight - node.clientHeight, getComputedStyle(node).position]")
    assert panel == [0, "static"]
    chat.page.emulate_media(media="screen")
    chat.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    expect(chat.field).to_be_visible()


def test_a_page_printed_with_the_chat_closed_has_no_trace_of_it(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.button("Close").click()
    chat.page.emulate_media(media="print")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_hidden()
