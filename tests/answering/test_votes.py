"""What votes, and how much: staff outvote the bank for the same message and those close to it, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from isletbot.answering.votes import (
    JUDGED_BY_STAFF,
    NEAREST_OF_EACH,
    NEIGHBOURS,
    NEW_ANSWER,
    UNKNOWN,
    measure_nearness,
    score_answers,
    score_candidates,
)
from isletbot.corpus import Example
from isletbot.ports import ExampleHit
from isletbot.storage.example_search import ExampleSearch
from isletbot.types import ApprovedAnswer, NearAnswer

ASKED = "who came off insulin"
LEAST, MOST = 0.2, 0.8
NEW = 4
"""Between these lies the share that training asks of an answer."""
OFF, DIED, NONE = ("off",), ("died",), tuple[str, ...]()
Known = Sequence[tuple[float, tuple[str, ...], float]]
"""(cosine to the message, ids of the answers, weight)."""


def a_near(name: str, similarity: float = 0.0, ask: str = "something else") -> NearAnswer:
    day = date(2026, 11, 20)
    return NearAnswer(ApprovedAnswer(name, (ask,), (), "Al", "Bo", day, day, date.max), (similarity,))


def score(known: Known, *approved: NearAnswer) -> dict[str, float]:
    examples = [Example(f"message {place}", answers, weight) for place, (_, answers, weight) in enumerate(known)]
    vectors = np.array([[near, math.sqrt(1 - near * near)] for near, _, _ in known], dtype=np.float32)
    message = np.array([1.0, 0.0], dtype=np.float32)
    scores = score_candidates(approved, *ExampleSearch(examples, vectors).nearest_of_each(message, NEIGHBOURS))
    scored = score_answers(approved, ASKED, scores)
    return {near.answer.id: near.relevance for near in scored}


def bank(similarity: float, answers: tuple[str, ...] = OFF, many: int = NEIGHBOURS - 1) -> Known:
    return [(similarity, answers, 1.0)] * many


def staff(similarity: float, answers: tuple[str, ...]) -> Known:
    return [(similarity, answers, JUDGED_BY_STAFF)]


@pytest.mark.parametrize(("judged", "others"), [(1.0, 1.0), (1.0, 0.9), (0.97, 0.97), (0.95, 0.95), (0.95, 0.8)])
def test_staff_outvote_a_bank_that_is_no_nearer_wherever_training_draws_the_line(judged: float, others: float) -> None:
    declined = score([*bank(others), *staff(judged, NONE)], a_near("off"))
    assert declined["off"] < LEAST
    answered = score([*bank(others), *staff(judged, DIED)], a_near("off"), a_near("died"))
    assert answered["died"] > MOST


def test_staff_outvote_a_bank_that_knows_the_very_message_for_one_close_to_it() -> None:
    assert score([*bank(0.99), *staff(0.95, NONE)], a_near("off"))["off"] < 0.5


@pytest.mark.parametrize("others", [0.7, 0.75, 0.9])
def test_a_message_far_from_what_staff_judged_is_hardly_affected(others: float) -> None:
    known = [*bank(others), *bank(0.65, NONE)]
    before = score(known, a_near("off"))["off"]
    assert before - score([*known, *staff(0.7, NONE)], a_near("off"))["off"] < 0.06


def test_in_between_the_weight_fades() -> None:
    shares = [score([*bank(0.9), *staff(judged, NONE)], a_near("off"))["off"] for judged in (0.95, 0.9, 0.85, 0.8)]
    assert shares == sorted(shares)
    assert shares[0] < LEAST
    assert shares[3] > MOST


def test_a_listed_way_of_asking_wins_over_what_staff_judged() -> None:
    listed = a_near("off", 1.0, ask=f"{ASKED.upper()}?")
    assert score(staff(1.0, NONE), listed) == {"off": 1.0}
    assert next(iter(score(staff(1.0, DIED), a_near("died"), listed))) == "off"


def test_an_answer_that_only_staff_know_of_is_as_new_as_before() -> None:
    known = [*bank(0.7, DIED, many=NEW), *staff(0.7, OFF)]
    told = score(known, a_near("off", 0.7), a_near("died"))
    assert told["off"] / told["died"] == pytest.approx((NEW_ANSWER + 1) / NEW)


@pytest.mark.parametrize("name", ["off", "died"])
def test_nothing_outvotes_what_is_as_far_as_no_known_message(name: str) -> None:
    known = bank(UNKNOWN, (name,), many=NEAREST_OF_EACH)
    assert score(known, a_near(name))[name] == pytest.approx(NEAREST_OF_EACH / (NEAREST_OF_EACH + 1))


@pytest.mark.parametrize("similarity", [0.3, 0.8, 0.9, 1.0])
def test_a_message_of_the_bank_counts_by_its_cosine_alone(similarity: float) -> None:
    assert measure_nearness(ExampleHit(Example("message", OFF), similarity)) == similarity
