"""What a barrier checker finds, and what it cannot see: keys, focus, announcements, sizes and spacing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browsing import find_barriers
from tests.widget.answers import URGENT
from tests.widget.chat_page import TITLE, ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import Play

pytestmark = pytest.mark.browser
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } "
    "p { margin-block-end: 2em !important; }"
)
"""Success criterion 1.4.12."""
FIND_CUT = """(root) => [...root.querySelectorAll("*")].filter((node) => {
  const style = getComputedStyle(node);
  const cut = node.scrollWidth > node.clientWidth + 1 && style.display !== "inline" && node.clientWidth > 1;
  return cut && !["svg", "path"].includes(node.localName);
}).map((node) => `${node.localName}.${node.className}`)"""
FIND_SMALL = """(root, least) => [...root.querySelectorAll("button, a, input, textarea")].filter((node) => {
  const box = node.getBoundingClientRect();
  return box.width && (box.width < least || box.height < least);
}).map((node) => `${node.textContent} ${node.getBoundingClientRect().height}`)"""


def walk_states(chat: ChatPage, play: Play) -> Iterator[str]:
    """Every state the chat can be in, one after the other."""
    yield "closed"
    chat.open()
    yield "open"
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    yield "streaming"
    play.held.set()
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    yield "answered"
    chat.reply.locator(".cite").first.click()
    chat.reply.get_by_role("button", name="Wrong").click()
    expect(chat.reply.locator(".more")).to_be_visible()
    yield "source open and rated"
    chat.ask("urgent")
    yield "emergency"
    chat.ask("crowded")
    yield "error"
    chat.button("Ask the clinic").click()
    chat.button("Send to the clinic").click()
    yield "form"
    chat.button("Delete chat").click()
    yield "asked whether to delete"
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_be_visible()
    yield "deleted"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_any_state(open_page: OpenPage, play: Play, scheme: str, width: int) -> None:
    chat = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    found = {}
    for state in walk_states(chat, play):
        found[state] = find_barriers(chat.page)
    assert len(found) == 10
    assert {state: rules for state, rules in found.items() if rules} == {}


@pytest.mark.parametrize("path", ["/demo/phone.html", "/demo/rtl.html"])
def test_axe_finds_nothing_on_the_other_pages(open_page: OpenPage, path: str) -> None:
    chat = open_page(path)
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.setAttribute('lang', 'en')")
    for act in (lambda: None, chat.open, lambda: chat.ask("How many?")):
        act()
        assert find_barriers(chat.page) == []


def test_axe_would_find_a_barrier(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.measure("(root) => root.querySelector('.head .close').removeAttribute('aria-label')")
    assert [found.split(":")[0] for found in find_barriers(chat.page)] == ["button-name"]


def test_everything_is_done_by_keyboard_alone(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    keys = chat.page.keyboard
    chat.tab_to(TITLE)
    keys.press("Enter")
    expect(chat.panel).to_be_visible()
    assert chat.focused == "Your question"
    keys.type("How many?")
    keys.press("Enter")
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    assert chat.focused == "Your question"
    chat.tab_to("Source 1", "Shift+Tab")
    keys.press("Enter")
    expect(chat.reply.locator(".source:visible")).to_have_count(1)
    chat.tab_to("Helpful")
    keys.press("Space")
    expect(chat.reply.get_by_role("button", name="Helpful")).to_have_attribute("aria-pressed", "true")
    chat.tab_to("Ask the clinic")
    keys.press("Enter")
    assert chat.focused == "Your email or phone"
    keys.type("pat@example.org")
    chat.tab_to("I agree")
    keys.press("Space")
    chat.tab_to("Send to the clinic")
    keys.press("Enter")
    expect(chat.page.locator(".note")).to_be_visible()
    chat.tab_to("Delete chat")
    keys.press("Enter")
    chat.tab_to("Yes, delete", "Shift+Tab")
    keys.press("Enter")
    expect(chat.page.locator(".note")).to_contain_text("The chat is deleted.")
    keys.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert chat.focused.startswith(TITLE)
    assert len(play.called("/v1/feedback")) == len(play.called("/v1/handoff")) == 1


def test_the_panel_beside_the_page_traps_nobody_and_the_sheet_on_a_phone_is_modal(open_page: OpenPage) -> None:
    wide = open_page().open()
    wide.tab_to("Clinic page")
    expect(wide.panel).to_be_visible()
    phone = open_page(viewport={"width": 320, "height": 640}).open()
    expect(phone.page.locator("dialog:modal")).to_be_visible()
    assert phone.focused == TITLE
    phone.page.keyboard.press("Escape")
    expect(phone.panel).to_be_hidden()
    assert phone.focused.startswith(TITLE)


def test_turning_the_phone_changes_between_sheet_and_panel(open_page: OpenPage) -> None:
    chat = open_page(viewport={"width": 400, "height": 800}).open()
    chat.field.fill("half a question")
    chat.page.set_viewport_size({"width": 900, "height": 420})
    expect(chat.page.locator("dialog:popover-open")).to_be_visible()
    assert chat.field.input_value() == "half a question"
    assert chat.focused == "Your question"


def test_the_launcher_says_what_it_opens_and_whether_it_is_open(open_page: OpenPage) -> None:
    chat = open_page()
    expect(chat.launcher).to_have_attribute("aria-haspopup", "dialog")
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    chat.open()
    expect(chat.page.get_by_role("dialog", name=TITLE)).to_be_visible()
    assert chat.measure("(root) => root.querySelector('.launcher button').ariaExpanded") == "true"


def test_an_answer_is_announced_once_whole_and_without_markers(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    assert chat.said == [["status", "Looking that up."]]
    play.held.set()
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    assert [role for role, _ in chat.said] == ["status", "status"]
    assert chat.said[-1][1].endswith("at least one year. 2 sources.")
    assert "[1]" not in chat.said[-1][1]
    assert chat.measure("(root) => !root.querySelector('.log').closest('[aria-live], [role=log]')") is True


def test_an_urgent_reply_is_one_alert(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.ask("urgent")
    assert chat.said == [["status", "Looking that up."], ["alert", URGENT]]


def test_an_announcement_stays_long_enough_and_then_goes(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.clock.install()
    chat.open()
    chat.ask("How many?")
    chat.page.clock.run_for(1_500)
    expect(chat.page.locator("[role=status]")).not_to_be_empty()
    chat.page.clock.run_for(1_000)
    expect(chat.page.locator("[role=status]")).to_be_empty()


@pytest.mark.parametrize(
    ("size", "style"),
    [((320, 800), ""), ((640, 400), ""), ((320, 256), ""), ((320, 640), SPACING)],
    ids=["320 px", "200 %", "400 %", "320 px and spaced"],
)
def test_nothing_is_cut_off_when_it_is_narrow_zoomed_or_spaced(
    open_page: OpenPage, play: Play, size: tuple[int, int], style: str
) -> None:
    chat = open_page(viewport={"width": size[0], "height": size[1]})
    chat.add_styles(style, inside=True)
    for state in walk_states(chat, play):
        assert chat.measure(FIND_CUT) == [], state
        notice = chat.page.locator(".notice:visible")
        expect(notice).to_be_in_viewport(ratio=0.9)


def test_targets_are_large_enough(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    for state in walk_states(chat, play):
        assert chat.measure(FIND_SMALL, 24) == [], state
        primary = ".launcher > :is(button, a), .main, .calls a, .close, .composer button, textarea, .suggestions button"
        for target in chat.page.locator(primary).locator("visible=true").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44 or state == "asked whether to delete", (state, target.inner_text())


def test_headings_begin_at_the_level_the_page_asks_for(open_page: OpenPage) -> None:
    chat = open_page()
    levels: Any = chat.page.evaluate(
        """async () => {
          const chat = document.createElement("isletbot-chat");
          chat.setAttribute("heading-level", "4");
          chat.setAttribute("open", "");
          document.querySelector("isletbot-chat").replaceWith(chat);
          await new Promise((done) => setTimeout(done));
          return [...chat.shadowRoot.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((node) => node.localName);
        }"""
    )
    assert levels == ["h4", "h5"]


def test_every_message_runs_as_its_own_language_does(open_page: OpenPage) -> None:
    chat = open_page("/demo/rtl.html")
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.setAttribute('lang', 'en')")
    reply = chat.open().ask("ما هو زيميسليسيل؟")
    direction = "(node) => getComputedStyle(node).direction"
    assert chat.page.locator(".asked p").evaluate(direction) == "rtl"
    assert reply.locator(".said p").first.evaluate(direction) == "ltr"
    box = chat.panel.bounding_box()
    assert box is not None
    assert box["x"] < 100, "the panel stands on the other side"


def test_what_the_page_focuses_is_never_behind_the_chat(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.evaluate(
        """() => {
          const link = document.body.appendChild(document.createElement("a"));
          Object.assign(link, { href: "#", textContent: "Corner", id: "corner" });
          link.style = "position: fixed; inset-inline-end: 40px; inset-block-end: 40px";
        }"""
    )
    covered = """() => {
      const { x, y } = corner.getBoundingClientRect();
      return document.elementFromPoint(x + 4, y + 4) !== corner;
    }"""
    assert chat.page.evaluate(covered) is True
    chat.tab_to("Corner")
    assert chat.page.evaluate(covered) is False
    chat.open()
    chat.page.locator("#corner").focus()
    assert chat.page.evaluate(covered) is False
