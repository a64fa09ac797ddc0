"""The chat's own words in the page's language, whole, and whom to call without a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from isletbot.widget.bundle import FIRST_WORDS, make_widget_file, read_translations
from tests.browsing import find_barriers
from tests.widget.chat_page import ChatPage
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import DISCLOSURE, TITLES, Play

TRANSLATIONS: dict[str, dict[str, Any]] = {lang: json.loads(text) for lang, text in read_translations(TITLES).items()}


def flatten(words: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in words.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{above}{name}.")
        else:
            yield above + name, value


def set_language(chat: ChatPage, lang: str) -> None:
    chat.page.locator("isletbot-chat").evaluate("(chat, lang) => chat.setAttribute('lang', lang)", lang)


def test_the_languages_are_those_that_the_rules_of_triage_know() -> None:
    assert sorted(TRANSLATIONS) == ["ar", "de", "es", "fr", "pt"]


def test_every_language_has_the_same_words_with_the_same_places() -> None:
    forms = {
        lang: {name: sorted(re.findall(r"\{\d\}", text)) for name, text in flatten(words)}
        for lang, words in TRANSLATIONS.items()
    }
    assert all(form == forms["de"] for form in forms.values())
    assert all(text.strip() for words in TRANSLATIONS.values() for _, text in flatten(words))


@pytest.mark.parametrize("lang", sorted(TRANSLATIONS))
def test_the_first_words_are_in_the_file_itself(lang: str) -> None:
    content = make_widget_file(TITLES).content.decode()
    for name in FIRST_WORDS:
        assert json.dumps(TRANSLATIONS[lang][name], ensure_ascii=False) in content


@pytest.mark.browser
@pytest.mark.parametrize("lang", sorted(TRANSLATIONS))
def test_the_chat_speaks_the_language_of_its_page(open_page: OpenPage, lang: str) -> None:
    words = TRANSLATIONS[lang]
    chat = open_page()
    chat.page.evaluate("(lang) => (document.documentElement.lang = lang)", lang)
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.replaceWith(chat.cloneNode(true))")
    expect(chat.launcher).to_have_text(words["title"])
    chat.launcher.click()
    chat.page.locator(".intro .suggestions").wait_for()
    expect(chat.page.get_by_label(words["question"], exact=True)).to_be_visible()
    expect(chat.page.locator(".general")).to_contain_text(words["general"])
    expect(chat.page.locator(".intro")).to_contain_text(words["how"])
    expect(chat.page.get_by_role("button", name=words["remove"])).to_be_visible()
    shown = chat.panel.inner_text()
    assert not re.search(r"\{\d\}|undefined|Delete|Send\b", shown)
    assert find_barriers(chat.page) == []


@pytest.mark.browser
def test_nothing_is_fetched_before_the_chat_is_opened_and_nothing_in_english(open_page: OpenPage) -> None:
    chat = open_page()
    set_language(chat, "de-AT")
    expect(chat.launcher).to_have_text("Fragen zu Zimislecel")
    assert not [url for url in chat.requests if "widget-words" in url]
    chat.launcher.click()
    chat.page.locator(".intro .suggestions").wait_for()
    assert [url.rsplit("/", 1)[1] for url in chat.requests if "widget-words" in url] == ["de.json"]
    english = open_page().open()
    assert not [url for url in english.requests if "widget-words" in url]


@pytest.mark.browser
def test_without_a_server_whom_to_call_is_said_in_the_language_of_the_page(open_page: OpenPage) -> None:
    chat = open_page()
    set_language(chat, "fr")
    chat.page.context.set_offline(True)
    chat.launcher.click()
    expect(chat.page.locator(".intro .note")).to_have_text(
        "Le chat est injoignable. V\u00e9rifiez votre connexion et demandez \u00e0 nouveau. "
        "En cas d\u2019urgence, appelez le 911 ou 112. "
        "The chat cannot be reached. Check your connection and ask again. In an emergency, call 911 or 112."
    )
    english = chat.page.locator(".intro .note [lang=en]")
    expect(english).to_have_text(re.compile(r"^The chat cannot be reached"))


@pytest.mark.browser
@pytest.mark.parametrize("lang", sorted(TRANSLATIONS))
def test_whom_to_call_and_what_it_is_stand_in_english_beside_the_language_of_the_page(
    open_page: OpenPage, lang: str
) -> None:
    words = TRANSLATIONS[lang]
    chat = open_page()
    set_language(chat, lang)
    launcher = chat.page.locator(".launcher .notice")
    expect(launcher).to_contain_text(words["launcherNote"])
    expect(launcher.locator("[lang=en]")).to_have_text("AI, not a clinician. Emergency: 911 or 112.")
    chat.launcher.click()
    chat.page.locator(".intro .suggestions").wait_for()
    notice, general = chat.panel.locator(".notice"), chat.page.locator(".general")
    expect(notice).to_contain_text(words["notice"])
    expect(notice.locator("[lang=en]")).to_have_text("AI program, not a clinician. Emergency: 911.")
    expect(general).to_have_text(f"{words['general']} General information, not medical advice.")
    expect(chat.page.locator(".intro")).to_contain_text(words["leaveOut"])
    expect(chat.page.locator(".intro [lang=en]")).to_have_text(re.compile(r"^This is general information"))
    assert (chat.page.locator("section[lang]").get_attribute("dir") == "rtl") == (lang == "ar")


@pytest.mark.browser
def test_an_error_of_the_server_stands_in_english_below_words_of_the_page(open_page: OpenPage) -> None:
    asked_for = []

    def refuse(route: Route) -> None:
        asked_for.append(route.request.headers["accept-language"])
        error = {"code": "rate_limited", "message": "Too many requests.", "remedy": "Wait. In an emergency, call 911."}
        route.fulfill(status=429, json={"error": error})

    chat = open_page()
    set_language(chat, "de")
    chat.launcher.click()
    chat.page.locator(".intro .suggestions").wait_for()
    chat.page.route("**/v1/chat", refuse)
    chat.page.get_by_label(TRANSLATIONS["de"]["question"], exact=True).fill("How many?")
    chat.page.keyboard.press("Enter")
    said = chat.page.locator(".reply[data-kind=error] > p").first
    kind, call = TRANSLATIONS["de"]["kinds"]["error"], "Im Notfall rufen Sie 911 an."
    expect(said).to_have_text(f"{kind}. {call} Too many requests. Wait. In an emergency, call 911.")
    assert asked_for == ["en"]


@pytest.mark.browser
def test_a_page_in_english_says_nothing_twice(open_page: OpenPage) -> None:
    chat = open_page().open()
    expect(chat.page.locator("isletbot-chat .beside")).to_have_count(0)


@pytest.mark.browser
def test_words_that_were_changed_on_the_way_are_not_shown(open_page: OpenPage) -> None:
    def change(route: Route) -> None:
        route.fulfill(json={**TRANSLATIONS["es"], "general": "Esto es consejo m\u00e9dico."})

    chat = open_page()
    chat.page.route("**/widget-words/*", change)
    set_language(chat, "es")
    chat.launcher.click()
    expect(chat.page.locator(".general")).to_have_text("General information, not medical advice.")


@pytest.mark.browser
def test_a_page_in_another_language_gets_english(open_page: OpenPage) -> None:
    chat = open_page()
    set_language(chat, "fi")
    chat.open()
    expect(chat.field).to_be_visible()


@pytest.mark.browser
def test_what_the_page_asks_while_the_words_are_fetched_is_asked(open_page: OpenPage) -> None:
    chat = open_page()
    set_language(chat, "de")
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.ask('hello')")
    expect(chat.reply).to_have_attribute("data-kind", "small_talk")


TOLD = {
    "de": "Sie sprechen mit keinem Menschen.",
    "ar": "\u0623\u0646\u062a \u0644\u0627 \u062a\u062a\u062d\u062f\u062b \u0645\u0639 \u0625\u0646\u0633\u0627\u0646.",
}


@pytest.mark.browser
@pytest.mark.parametrize("lang", sorted(TOLD))
def test_what_must_be_told_first_stands_in_the_language_of_the_page_with_the_english_beside(
    open_page: OpenPage, play: Play, lang: str
) -> None:
    play.translations = TOLD
    chat = open_page()
    set_language(chat, lang)
    chat.launcher.click()
    told = chat.page.locator(".intro > p").first
    expect(told).to_have_text(f"{TOLD[lang]} {DISCLOSURE}")
    expect(told.locator("[lang=en]")).to_have_text(DISCLOSURE)
    assert told.evaluate("node => getComputedStyle(node).direction") == ("rtl" if lang == "ar" else "ltr")
    assert told.locator("[lang=en]").evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert TRANSLATIONS[lang]["leaveOut"] not in chat.page.locator(".intro").inner_text(), "it is told twice"
    assert find_barriers(chat.page) == []


@pytest.mark.browser
def test_who_sends_a_message_agrees_in_the_language_of_the_page_and_reads_there_what_came_of_it(
    open_page: OpenPage, play: Play
) -> None:
    play.translations = {"de": "Ich bin einverstanden."}
    words = TRANSLATIONS["de"]
    chat = open_page()
    set_language(chat, "de")
    chat.launcher.click()
    chat.page.get_by_role("button", name=words["handoff"], exact=True).click()
    consent = chat.page.locator("form.handoff .check label")
    expect(consent).to_have_text(
        "Ich bin einverstanden. I agree that the clinic gets what I wrote here and uses it to contact me."
    )
    expect(consent.locator("[lang=en]")).to_have_text(re.compile("^I agree"))
    form = chat.page.get_by_role("form", name=words["handoffTitle"])
    form.get_by_label(words["handoffContact"]).fill("pat@example.org")
    form.get_by_label(words["handoffQuestion"]).fill("Wann?")
    form.get_by_label("Ich bin einverstanden.").check()
    chat.page.get_by_role("button", name=words["handoffSend"]).click()
    sent = chat.page.locator("p.note:focus")
    expect(sent).to_have_text(
        f"{words['handoffSent'].format('H1-22')} Sent to the clinic. It answers within two working days."
    )
    assert len(play.called("/v1/handoff")) == 1


@pytest.mark.browser
def test_a_page_in_english_or_a_server_without_the_language_has_the_english_alone(
    open_page: OpenPage, play: Play
) -> None:
    play.translations = {"de": TOLD["de"]}
    chat = open_page().open()
    expect(chat.page.locator(".intro > p").first).to_have_text(DISCLOSURE)
    set_language(chat, "fr")
    expect(chat.page.locator(".intro > p").first).to_contain_text(TRANSLATIONS["fr"]["leaveOut"])
    expect(chat.page.locator(".intro > p").nth(1)).to_have_text(DISCLOSURE)


@pytest.mark.browser
def test_a_new_session_tells_its_disclosure_in_the_language_of_the_page_too(open_page: OpenPage, play: Play) -> None:
    play.translations, words = TOLD, TRANSLATIONS["de"]
    chat = open_page()
    set_language(chat, "de")
    chat.launcher.click()
    chat.page.locator(".intro .suggestions").wait_for()
    play.expired.add("token1")
    chat.page.get_by_label(words["question"], exact=True).fill("How many?")
    chat.page.keyboard.press("Enter")
    note = chat.page.locator(".note")
    expect(note).to_have_text(
        f"{words['renewed']} {TOLD['de']} Your earlier chat had ended. A new one is open. {DISCLOSURE}"
    )
    expect(note.locator("[lang=en]")).to_have_text(re.compile("^Your earlier chat had ended"))
