"""A reply takes its opening from the neighbours with the same answer, and the name of a gap from those with none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from isletbot.answering.neighbours import find_gap, find_opening
from isletbot.corpus import Example
from isletbot.ports import ExampleHit
from isletbot.types import ApprovedAnswer, Opening, Proposition

DAY = date(2026, 11, 30)
SIGNED = (Proposition("no", "everybody came off insulin"), Proposition("yes", "somebody came off insulin"))
ANSWER = ApprovedAnswer("off", ("who?",), (), "Al", "Bo", DAY, DAY, date.max, SIGNED)


def near(
    similarity: float, opening: Opening | None = None, answers: Sequence[str] = ("off",), gap: str = ""
) -> ExampleHit:
    return ExampleHit(Example("known", tuple(answers), opening=opening, gap=gap), similarity)


@pytest.mark.parametrize(
    ("hits", "opening"),
    [
        ([near(0.95, "no"), near(0.94, "no")], "no"),
        ([near(0.95, "yes"), near(0.7, "no")], "yes"),
        ([near(0.95, "yes"), near(0.9, "no")], None),
        ([near(0.95, "no"), near(0.95, "yes")], None),
        ([near(0.95, "no"), near(0.95)], "no"),
        ([near(0.85, "no"), near(0.95), near(0.95)], None),
        ([*[near(0.95, "no")] * 20, *[near(0.95, "yes")] * 20], "no"),
        ([near(0.95), near(0.94)], None),
        ([near(0.95, "unknown"), near(0.94, "unknown")], None),
        ([], None),
    ],
)
def test_a_reply_begins_as_most_of_the_neighbours_with_its_answer_do(
    hits: list[ExampleHit], opening: Opening | None
) -> None:
    assert find_opening(ANSWER, "did everybody come off insulin", hits) == opening


@pytest.mark.parametrize(
    "text", ["Didn't everybody come off it?", "So not everybody came off it?", "Nobody came off it?"]
)
def test_a_message_that_denies_something_gets_no_opening(text: str) -> None:
    assert find_opening(ANSWER, text, [near(0.95, "no")]) is None


@pytest.mark.parametrize("text", ["everybody came off insulin then, lovely", "can you tell me: everybody came off it?"])
def test_a_claim_is_met_like_a_question(text: str) -> None:
    assert find_opening(ANSWER, text, [near(0.95, "no")]) == "no"


@pytest.mark.parametrize(
    "text", ["how many came off insulin", "which of them came off", "all came off, or am I wrong?"]
)
def test_what_asks_something_else_gets_no_opening(text: str) -> None:
    assert find_opening(ANSWER, text, [near(0.95, "no")]) is None


@pytest.mark.parametrize(
    ("hits", "gap"),
    [
        ([near(0.9, answers=(), gap="price")], "price"),
        ([near(0.9, answers=(), gap="price"), near(0.95, answers=())], "price"),
        ([near(0.9, answers=(), gap="price"), near(0.95)], "price"),
        ([near(0.9, answers=(), gap="price"), near(0.9, answers=(), gap="cover")], ""),
        ([near(0.6, answers=(), gap="price")], ""),
        ([near(0.9, answers=())], ""),
        ([], ""),
    ],
)
def test_a_gap_is_named_when_most_ways_of_asking_for_gaps_near_it_ask_for_it(hits: list[ExampleHit], gap: str) -> None:
    assert find_gap(hits) == gap
