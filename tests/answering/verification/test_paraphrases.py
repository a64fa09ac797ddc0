"""A statement may be said in plain words, and in no others."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from benchmarks.mutate_claims import TRUE, make_false_claims

from isletbot.answering.verification.ledger import judge_claim
from isletbot.answering.verification.paraphrases import find_new_words
from isletbot.corpus import StudyWords
from tests.study_words import STUDY

LEAST_TRUE, MOST_FALSE = 0.85, 0.01
"""Measured when this was written: 0.86 of the paraphrases pass, and 0.006 of the mutated statements."""


def share_supported(rows: Sequence[Mapping[str, Any]]) -> float:
    return sum(judge_claim(row["claim"], row["passages"], STUDY).outcome == "supported" for row in rows) / len(rows)


def test_true_paraphrases_pass_and_mutated_statements_do_not() -> None:
    assert share_supported([json.loads(line) for line in TRUE.read_text("utf-8").splitlines()]) >= LEAST_TRUE
    assert share_supported(make_false_claims()) <= MOST_FALSE


@pytest.mark.parametrize(
    ("sentence", "quote", "new"),
    [
        ("It goes into the kidney.", "It is infused into the pancreas.", ["kidney"]),
        ("HbA1c was above 7%.", "HbA1c was below 7%.", ["abov"]),
        ("HbA1c was under 7%.", "HbA1c was below 7%.", []),
        ("The WHO says so.", "The NIDDK says so.", ["WHO"]),
        ("All patients improved.", "Some patients improved.", ["all"]),
    ],
)
def test_a_word_that_may_not_stand_for_one_of_the_quote_is_new(sentence: str, quote: str, new: list[str]) -> None:
    assert find_new_words(sentence, [quote]) == new


def test_a_corpus_says_which_of_its_own_words_may_stand_for_one_another() -> None:
    stones = StudyWords(reworded=(("renal", "kidney"), ("calculi", "stones")))
    assert find_new_words("Kidney stones are hard.", ["Renal calculi are hard."]) == ["kidney", "stone"]
    assert find_new_words("Kidney stones are hard.", ["Renal calculi are hard."], stones) == []
    assert find_new_words("Kidney stones are hard.", ["Renal calculi are soft."], stones) == ["hard"]
    assert find_new_words("Glucose rose.", ["Blood sugar rose."], stones) == ["glucos"]
    assert find_new_words("Glucose rose.", ["Blood sugar rose."], STUDY) == []


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        pytest.param("HbA1c was above 7%.", "HbA1c was below 7%, not above 8%.", id="limit on the other side"),
        pytest.param(
            "Lows counted from day 365 to day 90.", "Lows counted from day 90 to day 365.", id="range turned round"
        ),
        pytest.param("12 from part A and 2 from part B.", "2 from part A and 12 from part B.", id="groups exchanged"),
        pytest.param("The trial began in May 2025.", "The trial began in June 2025.", id="another month"),
        pytest.param("Zimislecel lowers the need.", "Zimislecel could lower the need.", id="hedge dropped"),
        pytest.param("They are not interim.", "They are interim.", id="denial added"),
        pytest.param("Zimislecel is a ready cure.", "Zimislecel is not a ready cure.", id="denial dropped"),
    ],
)
def test_a_sentence_of_known_words_can_still_be_wrong(sentence: str, quote: str) -> None:
    assert judge_claim(sentence, [quote]).outcome == "unsupported"
