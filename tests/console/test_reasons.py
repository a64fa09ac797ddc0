"""What verification finds is said in whole words, with the words that are on the page."""

from __future__ import annotations

import pytest

from isletbot.answering.verification.ledger import judge_claim, judge_signed
from isletbot.console.reasons import explain_reason
from tests.builders import INDEPENDENCE


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The published results covered 10 people.", "The quotes do not say *published*"),
        ("Of the 12 people given the full dose, 9 were insulin independent.", "The quotes do not have the figure *9*"),
        ("Of the 12 people given the full dose, none was insulin independent.", "not"),
        (INDEPENDENCE, "Word for word"),
    ],
)
def test_a_finding_is_a_sentence_for_people(sentence: str, words: str) -> None:
    reason = judge_claim(sentence, [INDEPENDENCE]).reason
    said = explain_reason(reason, sentence)
    assert words in said
    assert said != reason
    assert said.endswith(".")


def test_what_is_signed_says_what_was_checked_and_what_the_reader_judges() -> None:
    sentence = "10 of the 12 people needed no insulin at day 365."
    assert "you judge" in explain_reason(judge_signed(sentence, [INDEPENDENCE]).reason, sentence)


def test_a_reason_that_is_not_known_stays_as_it_is() -> None:
    assert explain_reason("a rule of a later release", "Some words.") == "a rule of a later release"
