"""Pages around the chat: of another origin, strict, hostile, without JavaScript; and texts that want to be code."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from isletbot.widget.bundle import make_widget_file
from tests.widget.answers import XSS, XSS_URLS
from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import TITLES, ScriptedServer

pytestmark = pytest.mark.browser
SEEN = """(root, selector) => {
  const style = getComputedStyle(root.querySelector(selector));
  return [style.fontSize, style.color, style.textTransform, style.letterSpacing];
}"""


def write_host(server: ScriptedServer, script: str) -> None:
    """A page of another origin with one script tag, under a policy that names this server and nothing else."""
    server.play.page = (
        f"<!doctype html><html lang=en><title>Host</title><h1>Host</h1>{script}"
        f"<isletbot-chat api={server.url} phone='555 0199'><p>Call us.</p></isletbot-chat>"
    )
    server.play.policy = (
        f"default-src 'none'; script-src {server.url}; style-src 'none'; connect-src {server.url}; img-src 'none'; "
        "font-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def use_all(chat: ChatPage) -> None:
    chat.open()
    chat.ask("How many?").locator(".cite").first.click()
    chat.ask("urgent")
    chat.reply.get_by_role("button", name="Helpful").click()
    expect(chat.reply.locator(".more")).to_be_visible()
    chat.button("Ask the clinic").click()
    chat.button("Cancel").click()
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_be_visible()


def test_one_script_tag_on_a_page_of_another_origin_works_and_breaks_no_rule(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    write_host(server, f"<script type=module async src={server.url}/widget.js></script>")
    chat = open_page(f"{server.elsewhere}/host.html")
    use_all(chat)
    assert chat.page.evaluate("violations") == []
    assert chat.errors == []
    assert chat.hosts == {urlsplit(url).netloc for url in (server.url, server.elsewhere)}


def test_the_attribute_corpus_asks_the_corpus_of_that_name(open_page: OpenPage, server: ScriptedServer) -> None:
    write_host(server, f"<script type=module async src={server.url}/widget.js></script>")
    server.play.page = server.play.page.replace("<isletbot-chat ", "<isletbot-chat corpus=kidney-stones ")
    chat = open_page(f"{server.elsewhere}/host.html")
    below, asked = f"{server.url}/corpora/kidney-stones", []

    def pass_on(route: Route) -> None:
        asked.append(route.request.url.removeprefix(below))
        route.continue_(url=route.request.url.replace(below, server.url))

    chat.page.route(f"{below}/**", pass_on)
    chat.open()
    chat.ask("How many?")
    assert asked == ["/v1/sessions", "/v1/chat"]


@pytest.mark.parametrize(
    ("corpus", "setting", "command"),
    [
        ("", 'ISLETBOT_WIDGETS="demo={}"', "isletbot doctor --origin {}"),
        ("gout", "widgets: demo={} below gout: in its file of corpora", "isletbot --corpus gout doctor --origin {}"),
    ],
)
def test_a_refused_page_says_in_its_console_which_setting_to_add(
    open_page: OpenPage, server: ScriptedServer, corpus: str, setting: str, command: str
) -> None:
    write_host(server, f"<script type=module async src={server.url}/widget.js></script>")
    server.play.page = server.play.page.replace("<isletbot-chat ", f"<isletbot-chat corpus='{corpus}' ")
    chat = open_page(f"{server.elsewhere}/host.html")
    said: list[str] = []
    chat.page.on("console", lambda message: said.append(message.text))
    chat.page.route("**/v1/sessions", lambda route: route.abort())
    chat.launcher.click()
    expect(chat.page.locator(".intro .calls")).to_be_visible()
    told = next(text for text in said if text.startswith("isletbot:"))
    assert setting.format(server.elsewhere) in told
    assert command.format(server.elsewhere) in told


def test_a_page_may_pin_the_file_by_its_hash(open_page: OpenPage, server: ScriptedServer) -> None:
    widget = make_widget_file(TITLES)
    src = f"src={server.url}/{widget.name} crossorigin"
    write_host(server, f"<script type=module {src} integrity={widget.integrity}></script>")
    open_page(f"{server.elsewhere}/host.html").open()


def test_a_file_with_another_hash_is_not_run_and_the_child_content_stays(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    write_host(server, f"<script type=module src={server.url}/widget.js integrity=sha384-AAAA></script>")
    chat = open_page(f"{server.elsewhere}/host.html", waits=False)
    expect(chat.page.get_by_text("Call us.")).to_be_visible()
    assert chat.page.evaluate("customElements.get('isletbot-chat')") is None


@pytest.mark.parametrize("path", ["/", "/demo/phone.html", "/demo/rtl.html", "/demo/hostile.html", "/demo/strict.html"])
def test_every_demonstration_page_works_calls_nobody_else_and_breaks_no_rule(
    open_page: OpenPage, server: ScriptedServer, path: str
) -> None:
    chat = open_page(path)
    # By names in English, so the page from right to left is asked in English too.
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.setAttribute('lang', 'en')")
    assert server.play.requests == []
    use_all(chat)
    assert chat.page.evaluate("violations") == []
    assert chat.errors == []
    assert chat.hosts == {urlsplit(server.url).netloc}


def test_without_javascript_the_child_content_is_what_people_see(open_page: OpenPage) -> None:
    chat = open_page(waits=False, java_script_enabled=False)
    expect(chat.page.get_by_text("The chat needs JavaScript. To talk to a person")).to_be_visible()


def test_styles_that_fight_everything_do_not_reach_in(open_page: OpenPage) -> None:
    calm, hostile = open_page().open(), open_page("/demo/hostile.html").open()
    for selector in (".notice p", ".intro p", ".main", "#question", ".head > :first-child"):
        assert hostile.measure(SEEN, selector) == calm.measure(SEEN, selector)
    assert hostile.panel.evaluate("(node) => getComputedStyle(node.getRootNode().host).opacity") == "1"


def test_it_lies_above_a_header_with_the_highest_z_index(open_page: OpenPage) -> None:
    chat = open_page("/demo/hostile.html", viewport={"width": 320, "height": 640}).open()
    on_top = "() => document.elementFromPoint(160, 20).localName"
    assert chat.page.evaluate(on_top) == "isletbot-chat"


def test_no_layout_moves_when_the_chat_arrives(open_page: OpenPage) -> None:
    chat = open_page()
    shift = """() => new Promise((done) => {
      new PerformanceObserver((list) => done(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
        .observe({ type: "layout-shift", buffered: true });
      setTimeout(() => done(0), 300);
    })"""
    assert chat.page.evaluate(shift) == 0


def test_a_text_that_wants_to_be_code_stays_text(open_page: OpenPage) -> None:
    chat = open_page().open()
    for number, payload in enumerate(XSS):
        reply = chat.ask(f"attack {number} {payload}")
        reply.locator(".cite").first.click()
        expect(reply.locator("mark")).to_be_visible()
        links = [link.get_attribute("href") or "" for link in reply.locator("a").all()]
        assert [link.startswith("https://") for link in links] == [True] * XSS_URLS[number].startswith("https://")
    chat.page.get_by_label("Keep on this device").check()
    chat.reload()
    chat.open()
    expect(chat.page.locator(".asked")).to_have_count(len(XSS))
    chat.reply.locator(".cite").first.click()
    made = "(root) => root.querySelectorAll('script, img, iframe, style, b, [onload], [onerror]').length"
    assert chat.measure(made) == 0
    assert chat.page.evaluate("window.hit") is None
    assert chat.errors == []


def test_an_element_taken_out_and_put_back_goes_on(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.page.locator("isletbot-chat").evaluate("(chat) => (chat.remove(), document.body.append(chat))")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    chat.ask("hello")
    assert chat.errors == []
