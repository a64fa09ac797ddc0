"""The words that carry no subject hold none that a claim could be about."""

from __future__ import annotations

import pytest

from isletbot.answering.text import tokenise
from isletbot.answering.verification.plain_vocabulary import GENERIC

MOST = 2386
"""It only shrinks."""


def test_it_only_shrinks() -> None:
    assert len(GENERIC) <= MOST


def test_its_words_are_written_as_words_are_read() -> None:
    assert {word for word in GENERIC if word != word.lower() or not tokenise(word)} == set()


@pytest.mark.parametrize(
    "words",
    [
        "insulin cells islets liver kidney pancreas zimislecel glucose hba1c",
        "drug dose placebo immune infection cancer transplant trial",
        "died death dead survived cured dangerous",
        "below decrease reduced lower higher",
        "ten twelve fourteen half percent",
    ],
)
def test_no_word_that_a_claim_is_about_is_in_it(words: str) -> None:
    assert GENERIC.intersection(words.split()) == set()


def test_function_words_and_words_of_talk_are_in_it() -> None:
    assert {"the", "and", "actually", "basically", "please", "tell"} <= GENERIC
