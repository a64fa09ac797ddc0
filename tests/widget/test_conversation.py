"""What a person does with the chat, in a real browser, against a server that plays every case."""

import re

import pytest
from playwright.sync_api import expect

from tests.widget.answers import GREETING, REFERRAL, SENTENCES, SOURCES, UNKNOWN, URGENT
from tests.widget.conftest import OpenPage
from tests.widget.scripted_server import DISCLOSURE, EMERGENCY, Play

pytestmark = pytest.mark.browser


def test_nothing_is_asked_and_nothing_stored_before_it_is_opened(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    chat.page.wait_for_load_state("networkidle")
    assert play.requests == []
    assert chat.page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length") == 0


def test_the_disclosure_stands_before_the_first_message(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    told = chat.page.locator(".intro").inner_text()
    for words in ("Press it to see the words it rests on.", DISCLOSURE):
        assert words in told
    assert play.called("/v1/sessions") == [{"widget": "demo"}]
    assert play.called("/v1/chat") == []


def test_sentences_appear_one_by_one_each_with_its_sources(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    expect(chat.reply.locator(".sentence")).to_have_count(1)
    expect(chat.reply).to_have_attribute("aria-busy", "true")
    expect(chat.field).to_be_enabled()
    play.held.set()
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    expect(chat.reply.locator(".sentence")).to_have_count(2)
    assert [button.inner_text() for button in chat.reply.locator(".cite").all()] == ["1", "1", "2"]
    expect(chat.reply.get_by_role("heading")).to_have_text("From the sources")


def test_a_source_opens_in_place_with_its_exact_words_and_a_safe_link(open_page: OpenPage) -> None:
    chat = open_page().open()
    reply = chat.ask("How many?")
    reply.get_by_role("button", name=re.compile("^Source 1: Stem Cell")).first.click()
    card = reply.get_by_role("group", name="Source 1").first
    expect(card.locator("mark")).to_have_text(SOURCES[0]["quote"])
    for words in (SOURCES[0]["title"], SOURCES[0]["publisher"], "Research paper", "20 June 2025", "4 September 2025"):
        expect(card).to_contain_text(words)
    link = card.get_by_role("link")
    expect(link).to_have_attribute("href", SOURCES[0]["url"])
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_source_that_is_open_stays_open_when_the_answer_is_whole(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    chat.reply.locator(".cite").first.click()
    play.held.set()
    expect(chat.reply).to_have_attribute("aria-busy", "false")
    expect(chat.reply.locator(".source").first).to_be_visible()
    assert chat.focused.startswith("Source 1")


@pytest.mark.parametrize(
    ("question", "heading", "says"),
    [
        ("personal", "A question for your care team", REFERRAL),
        ("unknown", "The sources do not say", UNKNOWN),
        ("hello", "Reply", GREETING),
        ("recipe", "Not something I answer", "I only answer questions about zimislecel."),
    ],
)
def test_every_kind_of_reply_has_a_heading_of_its_own(
    open_page: OpenPage, question: str, heading: str, says: str
) -> None:
    reply = open_page().open().ask(question)
    expect(reply.get_by_role("heading")).to_have_text(heading)
    assert reply.locator(".said p").first.inner_text() == says


def test_facts_after_a_referral_keep_their_sources(open_page: OpenPage) -> None:
    reply = open_page().open().ask("personal")
    assert reply.locator(".said > p").first.inner_text() == REFERRAL
    assert [line.split("\xa0")[0] for line in reply.locator(".sentence").all_inner_texts()] == [
        said["text"] for said in SENTENCES
    ]
    expect(reply.locator(".cite")).to_have_count(3)


def test_an_urgent_reply_has_numbers_to_call_and_comes_as_an_alert(open_page: OpenPage) -> None:
    chat = open_page().open()
    reply = chat.ask("urgent")
    calls = reply.locator(".calls a")
    assert [link.get_attribute("href") for link in calls.all()] == ["tel:911", "tel:112", "tel:5550100"]
    expect(calls.first).to_have_text("Call 911")
    assert ["alert", URGENT] in chat.said
    expect(chat.button("Ask the clinic to contact you")).to_be_visible()


def test_stop_ends_the_answer_and_tells_the_server(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("a slow one")
    expect(chat.reply.locator(".cite").first).to_be_visible()
    chat.button("Stop").click()
    expect(chat.reply).to_contain_text("You stopped this answer.")
    expect(chat.button("Stop")).to_be_hidden()
    assert chat.focused == "Your question"
    assert play.left.wait(5)
    play.held.set()
    chat.button("Ask again").click()
    expect(chat.reply.get_by_role("heading")).to_have_text("From the sources")
    assert len(set(play.keys)) == 2


def test_a_lost_connection_is_tried_again_with_the_same_key(open_page: OpenPage, play: Play) -> None:
    reply = open_page().open().ask("drop")
    expect(reply.locator(".sentence")).to_have_count(2)
    assert len(play.keys) == 2
    assert len(set(play.keys)) == 1


def test_offline_it_says_so_keeps_the_question_and_can_ask_again(open_page: OpenPage) -> None:
    chat = open_page().open()
    chat.page.clock.install()
    chat.page.context.set_offline(True)
    chat.send("How many?")
    chat.page.clock.run_for(10_000)
    expect(chat.reply.get_by_role("heading")).to_have_text("That did not work")
    expect(chat.reply).to_contain_text("Check your connection and ask again. In an emergency, call 911.")
    chat.page.context.set_offline(False)
    chat.button("Ask again").click()
    expect(chat.reply.get_by_role("heading")).to_have_text("From the sources")
    expect(chat.page.locator(".asked")).to_have_count(1)


def test_offline_at_the_opening_it_says_so_and_can_try_again(open_page: OpenPage) -> None:
    chat = open_page()
    chat.page.context.set_offline(True)
    chat.launcher.click()
    expect(chat.page.locator(".intro")).to_contain_text("The chat cannot be reached.")
    for words in ("You are writing to a computer program (AI)", "Do not type names"):
        expect(chat.page.locator(".intro")).to_contain_text(words)
    chat.page.context.set_offline(False)
    chat.button("Try again").click()
    expect(chat.page.locator(".intro")).to_contain_text("You are not talking to a person.")


@pytest.mark.parametrize(
    ("question", "message"), [("crowded", "Too many people"), ("refused", "says nothing"), ("breaks", "went wrong")]
)
def test_an_error_shows_what_the_server_says_with_the_emergency_line(
    open_page: OpenPage, question: str, message: str
) -> None:
    chat = open_page().open()
    reply = chat.ask(question)
    expect(reply).to_contain_text(message)
    expect(reply).to_contain_text(EMERGENCY)
    assert chat.said[-1][0] == "alert"


def test_an_ended_session_is_opened_anew_and_the_question_is_asked_there(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    play.expired |= set(play.sessions)
    reply = chat.ask("How many?")
    expect(reply.get_by_role("heading")).to_have_text("From the sources")
    expect(chat.page.locator(".note")).to_contain_text(f"A new one is open. {DISCLOSURE}")
    assert len(play.called("/v1/sessions")) == 2


def test_without_streaming_the_answer_comes_whole(open_page: OpenPage, play: Play) -> None:
    chat = open_page()
    chat.page.locator("isletbot-chat").evaluate("(chat) => chat.setAttribute('streaming', 'off')")
    reply = chat.open().ask("How many?")
    expect(reply.locator(".cite")).to_have_count(3)


def test_a_question_that_is_too_long_stays_in_the_field(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("x" * 501)
    expect(chat.page.locator("#question-problem")).to_have_text("This is 501 characters long. At most 500 can be sent.")
    assert len(chat.field.input_value()) == 501
    assert play.called("/v1/chat") == []


def test_a_character_of_two_halves_counts_as_one(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.send("\U0001f600" * 501)
    expect(chat.page.locator("#question-problem")).to_have_text("This is 501 characters long. At most 500 can be sent.")
    chat.send("\U0001f600" * 500)
    expect(chat.page.locator("#question-problem")).to_have_text("")
    expect(chat.field).to_have_value("")


def test_a_suggestion_is_asked_when_it_is_pressed(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.button("What is zimislecel?").click()
    expect(chat.page.locator(".asked")).to_contain_text("What is zimislecel?")
    chat.reply.get_by_role("button", name="What side effects were seen?").click()
    expect(chat.page.locator(".reply[aria-busy=false]")).to_have_count(2)
    assert len(play.called("/v1/chat")) == 2


def test_an_answer_is_rated_and_then_explained(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    reply = chat.ask("How many?")
    reply.get_by_role("button", name="Unsafe").click()
    expect(reply.locator(".more")).to_contain_text("Do not act on this answer")
    reply.get_by_label("What was it?").fill("It left out the risk.")
    chat.button("Send words").click()
    expect(reply.locator(".more")).to_contain_text("Your words are sent.")
    rated = {"answer_id": "answer-answered", "rating": "unsafe"}
    assert play.called("/v1/feedback") == [rated, {**rated, "words": "It left out the risk."}]
    expect(reply.get_by_role("button", name="Unsafe")).to_have_attribute("aria-pressed", "true")


def test_an_answer_is_copied_with_its_notice_and_sources(open_page: OpenPage) -> None:
    chat = open_page(permissions=["clipboard-read", "clipboard-write"]).open()
    chat.ask("How many?").get_by_role("button", name="Copy").click()
    expect(chat.page.locator("[role=status]")).to_have_text("Copied.")
    copied = chat.page.evaluate("navigator.clipboard.readText()")
    assert "not medical advice" in copied
    assert SOURCES[1]["url"] in copied


def test_a_person_is_asked_through_a_short_form(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("unknown")
    chat.button("Ask the clinic to contact you").click()
    form = chat.page.get_by_role("form", name="Ask the clinic to contact you")
    expect(form).to_contain_text("goes to the clinic just as you type it")
    expect(form).to_contain_text("Hours: Monday to Friday, 8 to 17. Time to a reply: two working days")
    chat.button("Send to the clinic").click()
    assert chat.focused == "Your email or phone"
    expect(form).to_contain_text("Tick the box to agree")
    assert play.called("/v1/handoff") == []
    form.get_by_label("Your email or phone").fill("pat@example.org")
    form.get_by_label("I agree").check()
    chat.button("Send to the clinic").click()
    expect(chat.page.locator(".note")).to_have_text("Sent to the clinic. It answers within two working days.")
    sent = {"contact": "pat@example.org", "question": "unknown", "consent": True, "answer_id": "answer-not_in_corpus"}
    assert play.called("/v1/handoff") == [sent]


def test_delete_asks_first_and_then_really_deletes(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.button("Delete chat").click()
    assert chat.focused == "No, keep it"
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_contain_text("The chat is deleted.")
    expect(chat.page.locator(".reply")).to_have_count(0)
    assert play.sessions == {}
    assert chat.focused == "Your question"
    chat.ask("And now?")
    assert list(play.sessions) == ["token1"], "a session of its own, and the only one"


def test_what_could_not_be_deleted_is_not_called_deleted(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.page.context.set_offline(True)
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".sure")).to_contain_text("The chat cannot be reached.")
    expect(chat.page.locator(".reply")).to_have_count(1)


def test_a_kept_chat_that_cannot_be_fetched_says_so_and_is_not_lost(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.page.get_by_label("Keep on this device").check()
    chat.ask("How many?")
    chat.reload()
    chat.page.route("**/v1/history", lambda route: route.abort())
    chat.launcher.click()
    expect(chat.page.locator(".intro")).to_contain_text("The chat cannot be reached.")
    chat.page.unroute("**/v1/history")
    chat.button("Try again").click()
    expect(chat.reply.get_by_role("heading")).to_have_text("From the sources")
    assert len(play.called("/v1/sessions")) == 1


def test_a_kept_chat_that_has_ended_makes_room_for_a_new_one(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.page.get_by_label("Keep on this device").check()
    play.expired |= set(play.sessions)
    chat.reload()
    chat.open()
    chat.wait_until("() => Object.values(sessionStorage).join().includes('token2')")
    assert len(play.called("/v1/sessions")) == 2


def test_a_reload_forgets_the_chat_unless_the_person_keeps_it(open_page: OpenPage, play: Play) -> None:
    chat = open_page().open()
    chat.ask("How many?")
    chat.reload()
    chat.open()
    expect(chat.page.locator(".reply")).to_have_count(0)
    chat.ask("personal")
    chat.page.get_by_label("Keep on this device").check()
    chat.reload()
    assert len(play.called("/v1/history")) == 0
    chat.open()
    expect(chat.reply.get_by_role("heading")).to_have_text("A question for your care team")
    expect(chat.page.get_by_label("Keep on this device")).to_be_checked()
    assert chat.page.evaluate("Object.values(sessionStorage).some((kept) => kept.includes('own care'))") is False
    chat.button("Delete chat").click()
    chat.button("Yes, delete").click()
    expect(chat.page.locator(".note")).to_be_visible()
    assert chat.page.evaluate("sessionStorage.length") == 0
