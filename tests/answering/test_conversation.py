"""What a person may ask of the last reply, put to the bot that ships: the same intents after three first questions."""

from __future__ import annotations

import pytest

from isletbot.answering.composers.last_reply import has_figures
from isletbot.answering.graph import Bot
from isletbot.types import Answer, Passage, Turn
from tests.answering.test_line import hold_every_promise

pytestmark = pytest.mark.weights
FIRST = ("How many people could stop insulin?", "What were the side effects?", "Is zimislecel approved?")
TWO_SOURCES = (*FIRST[:2], "How does it compare with donor islets?")


def converse(bot: Bot, *turns: str) -> tuple[Answer, ...]:
    """What each turn gets; every one of them holds every promise."""
    history: list[Turn] = []
    answers = []
    for turn in turns:
        answers.append(bot.ask(turn, history))
        hold_every_promise(bot, answers[-1])
        assert not answers[-1].trace.failure
        history += [Turn("user", turn), Turn("assistant", answers[-1].text)]
    return tuple(answers)


def follow(bot: Bot, first: str, intent: str) -> tuple[Answer, Answer]:
    """The reply to a question, and what an intent makes of it."""
    before, after = converse(bot, first, intent)
    assert (before.kind, after.kind) == ("answered", "answered")
    return before, after


def list_quoted(bot: Bot, answer: Answer) -> tuple[Passage, ...]:
    keys = dict.fromkeys(quote.key for sentence in answer.sentences for quote in sentence.quotes)
    return bot.line.index.passages(tuple(keys))


def list_texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


@pytest.mark.parametrize("first", FIRST)
def test_shorter_is_its_first_sentence(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "shorter please")
    assert list_texts(after) == list_texts(before)[:1]


@pytest.mark.parametrize("first", FIRST)
def test_plainer_is_the_plain_forms_of_what_it_quoted(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "can you explain that in plain words?")
    forms = {form for passage in list_quoted(bot, before) for form in (passage.plain, passage.again)}
    assert set(list_texts(after)) <= forms | set(list_texts(before))


@pytest.mark.parametrize("first", FIRST[:2])
def test_figures_are_its_sentences_with_figures(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "just the figures")
    assert list_texts(after) == [text for text in list_texts(before) if has_figures(text)]


@pytest.mark.parametrize("first", FIRST)
def test_more_is_new_and_goes_on(bot: Bot, first: str) -> None:
    answers = converse(bot, first, "say more", "tell me more about that")
    said = [{passage.key for passage in list_quoted(bot, answer)} for answer in answers]
    for answer in answers[1:]:
        assert answer.kind == "answered"
        assert 1 <= len(answer.sentences) <= 5
    assert said[1] - said[0]
    nothing_left = bot.line.say("no-more")
    assert said[2] - (said[0] | said[1]) or answers[2].text.startswith(nothing_left)


@pytest.mark.parametrize("first", FIRST)
def test_sure_is_the_exact_words(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "are you really sure?")
    assert list_texts(after) == [passage.text for passage in list_quoted(bot, before)]
    assert after.text.startswith(bot.line.say("exact-words"))


@pytest.mark.parametrize("first", FIRST)
def test_the_source_is_named_with_its_exact_words(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "show me the source")
    assert list_texts(after) == [passage.text for passage in list_quoted(bot, before)]
    lead = after.text.split(after.sentences[0].text)[0]
    assert all(citation.source.title in lead and citation.source.publisher in lead for citation in before.citations)


@pytest.mark.parametrize("first", TWO_SOURCES)
@pytest.mark.parametrize("asked", ["what does [2] say?", "source 2", "the second source"])
def test_a_source_is_shown_by_its_number(bot: Bot, first: str, asked: str) -> None:
    before, after = follow(bot, first, asked)
    [second] = {citation.source.id for citation in before.citations if citation.number == 2}
    assert {citation.source.id for citation in after.citations} == {second}
    assert set(list_texts(after)) <= {passage.text for passage in list_quoted(bot, before)}


@pytest.mark.parametrize("first", FIRST)
def test_the_date_of_the_source_comes_before_the_reply(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "how old is that source?")
    assert after.sentences == before.sentences
    source = before.citations[0].source
    lead = after.text.split(after.sentences[0].text)[0]
    assert source.title in lead
    for day in (source.published, source.as_of):
        assert f"{day.day} {day:%B} {day.year}" in lead


@pytest.mark.parametrize("first", FIRST)
def test_intents_follow_each_other(bot: Bot, first: str) -> None:
    before, _, words, dated = converse(bot, first, "shorter please", "are you really sure?", "when was that published?")
    rests_on = [quote.key for quote in before.sentences[0].quotes]
    assert [passage.key for passage in list_quoted(bot, words)] == rests_on
    assert [passage.key for passage in list_quoted(bot, dated)] == rests_on


@pytest.mark.parametrize("first", FIRST)
def test_a_bare_why_stays_with_the_question_before_it(bot: Bot, first: str) -> None:
    before, after = follow(bot, first, "why?")
    assert {citation.key for citation in after.citations} & {citation.key for citation in before.citations}


def test_the_other_two_are_those_that_still_needed_insulin(bot: Bot) -> None:
    _, after = follow(bot, FIRST[0], "what about the other two?")
    assert "still needed insulin" in after.text


@pytest.mark.parametrize(
    ("first", "correction", "meant"),
    [
        ("What is the dose?", "no, I meant the side effects", "eutropenia"),
        ("What is the dose?", "not the dose, the deaths", "died"),
        ("Is zimislecel approved?", "sorry, I meant who paid for the study", "Vertex"),
    ],
)
def test_a_correction_is_the_question(bot: Bot, first: str, correction: str, meant: str) -> None:
    _, after = follow(bot, first, correction)
    assert meant in after.text


@pytest.mark.parametrize("text", ["Did anyone die? Gracias", "thanks, did anyone die?", "Did anyone die? Thank you!"])
def test_thanks_around_a_question_change_nothing(bot: Bot, text: str) -> None:
    assert bot.ask(text).sentences == bot.ask("Did anyone die?").sentences


@pytest.mark.parametrize("intent", ["shorter please", "are you really sure?", "show me the source"])
def test_without_a_reply_to_work_on_there_is_no_intent(bot: Bot, intent: str) -> None:
    for answers in (converse(bot, intent), converse(bot, "hello", intent)):
        assert "intent" not in (answers[-1].trace.triage.rule if answers[-1].trace.triage else "")


@pytest.mark.parametrize(
    "text", ["are you sure? my husband is unconscious", "shorter please, I have crushing chest pain", "I want to die"]
)
def test_an_emergency_in_an_intent_is_one(bot: Bot, text: str) -> None:
    assert converse(bot, FIRST[0], text)[-1].kind == "urgent"


def test_a_referral_is_kept_by_the_intents_after_it(bot: Bot) -> None:
    asked = "Is it right for me?"
    answers = converse(bot, asked, "shorter please", "say more", "just the figures")
    referral = bot.line.say("needs-clinician")
    assert answers[0].sentences, "a referral with general facts is what this is about"
    assert {answer.kind for answer in answers} == {"needs_clinician"}
    assert all(answer.text.startswith(referral) for answer in answers)
