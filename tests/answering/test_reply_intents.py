"""A message is an intent when it asks for something of the last reply: by its words, or near enough to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import yaml

from isletbot.answering.graph import find_intent
from isletbot.answering.line import Line
from isletbot.answering.recall import Recalled, ReplyIntentName
from isletbot.answering.reply_intents import (
    LEAST,
    NO_INTENT,
    ReplyIntents,
    add_recalled,
    ask_of_reply,
    find_number,
    mask_number,
    parse_reply_intents,
)
from isletbot.answering.text import bare_words
from isletbot.corpus import Example
from isletbot.errors import SettingsError
from isletbot.inference.scripted import HashEmbeddings
from isletbot.storage.example_search import ExampleSearch
from isletbot.types import Evidence, Found, Part, Query
from tests.builders import DEATHS, INDEPENDENCE, a_question

SHIPPED = (Path(__file__).parents[2] / "prompts" / "reply_intents.yaml").read_text("utf-8")
WAYS: Mapping[str, Sequence[str]] = {
    "shorter": ("shorter please", "make it shorter for me please"),
    "source": ("what does [1] say", "the first source", "show me the source"),
    NO_INTENT: ("make it shorter for me to wait",),
}
SAID = f"{INDEPENDENCE} [1]\n\nGeneral information, not medical advice."


@pytest.fixture
def with_intents(line: Line) -> Line:
    return replace(line, reply_intents=ReplyIntents(WAYS, referrals={"needs-clinician": "Ask your doctor."}))


def find(line: Line, text: str, *earlier: str) -> tuple[ReplyIntentName, bool] | None:
    intent = find_intent(line, a_question(text, *(earlier or ("Did anyone come off insulin?", SAID))), line.embeddings)
    return (intent.name, intent.listed) if intent else None


@pytest.mark.parametrize("text", ["shorter please", " Shorter  PLEASE!? "])
def test_listed_words_are_an_intent_whatever_else_is_near(with_intents: Line, text: str) -> None:
    assert find(with_intents, text) == ("shorter", True)


def test_what_is_near_a_listed_way_is_an_intent(with_intents: Line) -> None:
    assert find(with_intents, "make it shorter for me") == ("shorter", False)


def test_what_is_nearer_to_nothing_is_no_intent(with_intents: Line) -> None:
    assert find(with_intents, "make it shorter to wait") is None
    assert find(with_intents, "who paid for the study") is None


def test_what_is_nearer_to_a_known_question_is_no_intent(with_intents: Line) -> None:
    known = (Example("make it shorter for me", ("of-the-bank",)),)
    examples = ExampleSearch(known, HashEmbeddings().embed([known[0].text]))
    line = replace(with_intents, judge=replace(with_intents.judge, examples=examples))
    assert find(line, "make it shorter for me") is None
    assert find(line, "shorter please") == ("shorter", True)


def test_what_names_a_subject_is_no_intent(with_intents: Line) -> None:
    class Naming:
        def subjects(self, text: str) -> tuple[str, ...]:
            return ("insulin",) if "insulin" in text else ()

    line = replace(with_intents, lexicon=Naming())  # type: ignore[arg-type]
    assert find(line, "make it shorter for me insulin") is None
    assert find(line, "make it shorter for me") == ("shorter", False)


@pytest.mark.parametrize(
    "earlier", [("hello", "Hello. What would you like to know?"), ("Who won?", "My sources do not say. [1]")]
)
def test_without_a_reply_that_rests_on_sources_there_is_no_intent(with_intents: Line, earlier: Sequence[str]) -> None:
    assert find(with_intents, "shorter please", *earlier) is None


def test_only_the_last_reply_is_worked_on(with_intents: Line) -> None:
    assert find(with_intents, "shorter please", "Off insulin?", SAID, "thanks", "You are welcome.") is None


def test_a_first_message_is_no_intent(with_intents: Line) -> None:
    assert find_intent(with_intents, a_question("shorter please"), with_intents.embeddings) is None


def test_an_intent_knows_what_was_heard_and_how_the_reply_began(with_intents: Line) -> None:
    earlier = ("Did anyone die?", f"{DEATHS} [1]", "And insulin?", f"Ask your doctor.\n\nIn general: {SAID}")
    intent = find_intent(with_intents, a_question("show me the source", *earlier), with_intents.embeddings)
    assert intent is not None
    died, off = (passage.key for text in (DEATHS, INDEPENDENCE) for passage in by_text(with_intents, text))
    assert intent.said.keys == (off,)
    assert intent.heard == {died, off}
    assert (intent.number, intent.referral) == (0, "needs-clinician")


def by_text(line: Line, text: str) -> list[object]:
    return [passage for passage in line.index.everything() if passage.text == text]


@pytest.mark.parametrize(
    ("text", "masked", "number"),
    [
        ("What does [2] say?", "what does [1] say?", 2),
        ("what does source 3 say", "what does source 1 say", 3),
        ("open reference #4", "open reference 1", 4),
        ("source number 2 please", "source 1 please", 2),
        ("the second source", "the first source", 2),
        ("how old is the 3rd source", "how old is the first source", 3),
        ("show me the source", "show me the source", 0),
        ("why did 2 of them die second", "why did 2 of them die second", 0),
    ],
)
def test_the_number_of_a_source(text: str, masked: str, number: int) -> None:
    assert mask_number(text) == masked
    assert find_number(text) == number


def test_a_source_is_asked_for_by_any_number(with_intents: Line) -> None:
    assert find(with_intents, "What does [7] say?") == ("source", True)
    assert find(with_intents, "the fourth source") == ("source", True)


def test_an_intent_is_searched_for_with_what_was_said(with_intents: Line) -> None:
    intent = find_intent(with_intents, a_question("shorter please", "Off insulin?", SAID), with_intents.embeddings)
    assert intent is not None
    query = ask_of_reply(Query("shorter please", (Part("shorter"), Part("please")), (SAID,)), intent)
    assert query.parts == (Part("shorter please", message=INDEPENDENCE, terms=INDEPENDENCE),)


def test_the_evidence_of_an_intent_begins_with_what_was_said(with_intents: Line) -> None:
    intent = find_intent(with_intents, a_question("shorter please", "Off insulin?", SAID), with_intents.embeddings)
    assert intent is not None
    empty = Evidence((Found(Part("shorter please"), ()),))
    evidence = add_recalled(empty, intent, with_intents.index, with_intents.answers)
    assert [(scored.passage.text, scored.relevance) for scored in evidence.found[0].passages] == [(INDEPENDENCE, 1.0)]
    assert {passage.text for passage in evidence.related} == {INDEPENDENCE, DEATHS}
    assert intent.said != Recalled()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "is no YAML"),
        ("shorter: {does: x, ways: [y]}", "must have figures, more, none, plainer,"),
        (SHIPPED.replace("does: The first", "dose: The first"), "shorter must have `does` and `ways`"),
    ],
)
def test_a_broken_list_is_named(text: str, rule: str) -> None:
    with pytest.raises(SettingsError, match=rule):
        parse_reply_intents(text)


def test_the_list_that_ships_has_many_ways_and_none_twice() -> None:
    ways = parse_reply_intents(SHIPPED)
    assert {name: len(ways[name]) for name in get_args(ReplyIntentName) if not 20 <= len(ways[name]) <= 50} == {}
    told = [bare_words(mask_number(way)) for listed in ways.values() for way in listed]
    numbered = {bare_words(mask_number(way)) for name in ways for way in ways[name] if find_number(way)}
    assert [way for way in set(told) if told.count(way) > 1 and way not in numbered] == []
    assert all(intent["does"] for intent in yaml.safe_load(SHIPPED).values())


NEW_WAYS: Mapping[ReplyIntentName, Sequence[str]] = {
    "shorter": ("can u shorten it", "quick version?", "cut it short"),
    "plainer": ("easier please", "can you dumb this down", "say that in kid language"),
    "figures": ("any figures?", "just numbers thx"),
    "more": ("tell me a bit more", "can you add more detail", "more info pls"),
    "sure": ("r u sure", "are you 100% sure", "i doubt that"),
    "source": ("wheres that from", "what does [4] say?", "the second source"),
    "source_date": ("how old is this data", "when's that from", "is [2] still current"),
}
QUESTIONS = (
    "why?",
    "what about the other two?",
    "thanks",
    "how old were the people",
    "when was the paper published",
    "what is the source of the cells",
    "how do they know it worked",
    "is it more than one infusion",
    "so what is that as a percentage",
    "is that for everyone or an average",
)


@pytest.mark.weights
def test_the_list_that_ships_reads_most_new_ways_and_takes_no_question_for_an_intent(bot: object) -> None:
    line: Line = bot.line  # type: ignore[attr-defined]
    reply = bot.ask("How many people could stop insulin?").text  # type: ignore[attr-defined]

    def read(text: str) -> ReplyIntentName | None:
        intent = find_intent(line, a_question(text, "How many people could stop insulin?", reply), line.embeddings)
        return intent.name if intent else None

    asked = [(name, text, read(text)) for name, texts in NEW_WAYS.items() for text in texts]
    assert sum(name == found for name, _, found in asked) >= 0.75 * len(asked), asked
    assert [(name, text, found) for name, text, found in asked if found not in (name, None)] == []
    assert {text: read(text) for text in QUESTIONS if read(text)} == {}
    assert 0 < LEAST < 1
