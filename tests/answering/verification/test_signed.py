"""What a second person approved passes as it was approved, and no other words, quotes or openings with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.answering.verification.signed import find_opening_problem, is_signed, without_opening
from isletbot.types import ApprovedAnswer, Evidence, Found, NearAnswer, Part, Passage, Proposition, Quote, Sentence
from tests.builders import DEATHS, INDEPENDENCE, OPENINGS, a_passage
from tests.study_words import STUDY

PASSAGE = replace(a_passage(INDEPENDENCE), say="Most of the dozen came off insulin.", again="Most came off it.")
OTHER = a_passage(DEATHS)


def quote(passage: Passage, words: str = "") -> Quote:
    start = passage.start + passage.text.index(words)
    return Quote(passage.key, words or passage.text, start, start + len(words or passage.text))


SAID = Sentence("Ten folk needed no jabs any more.", (quote(PASSAGE),))
SECOND = Sentence("A pair passed away.", (quote(OTHER),))
DAY = date(2026, 11, 30)
ANSWER = ApprovedAnswer(
    "off", ("who?",), (SAID, SECOND), "Al", "Bo", DAY, DAY, date.max, (Proposition("no", "everybody came off"),)
)
EVIDENCE = Evidence((Found(Part("?"), (), (NearAnswer(ANSWER, (0.9,)),)),), quoted=(PASSAGE, OTHER))


def opened(words: str, sentence: Sentence = SAID) -> Sentence:
    return Sentence(f"{words} {sentence.text}", sentence.quotes, opening=words)


def test_a_sentence_of_an_approved_answer_is_signed_with_its_own_quotes_only() -> None:
    assert is_signed(SAID, EVIDENCE)
    assert not is_signed(replace(SAID, quotes=(quote(OTHER),)), EVIDENCE)
    assert not is_signed(replace(SAID, text="Ten folk needed no jabs."), EVIDENCE)
    assert not is_signed(SAID, replace(EVIDENCE, found=()))


def test_a_plain_form_is_signed_when_it_quotes_its_whole_statement() -> None:
    for text in (PASSAGE.text, PASSAGE.say, PASSAGE.again):
        assert is_signed(Sentence(text, (quote(PASSAGE),)), EVIDENCE)
    assert not is_signed(Sentence(PASSAGE.say, (quote(PASSAGE, "12 people"),)), EVIDENCE)
    assert not is_signed(Sentence(PASSAGE.say, (quote(OTHER),)), EVIDENCE)
    assert not is_signed(Sentence("", (quote(OTHER),)), EVIDENCE)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        (SAID, "supported"),
        (Sentence(PASSAGE.say, (quote(PASSAGE),)), "supported"),
        (opened("No."), "supported"),
        (opened("Yes."), "unsupported"),
        (opened("Never."), "unsupported"),
        (opened("No.", SECOND), "unsupported"),
        (Sentence("Ten folk needed no jabs.", (quote(PASSAGE),)), "unsupported"),
    ],
)
def test_the_verifier_passes_what_is_signed_and_nothing_near_it(sentence: Sentence, outcome: str) -> None:
    verifier = Verifier(LedgerEntailment(STUDY), (), OPENINGS)
    assert verifier.find(sentence, EVIDENCE).outcome == outcome


def test_an_opening_is_taken_off_once() -> None:
    assert without_opening(opened("No.")) == SAID
    assert without_opening(SAID) is SAID
    assert find_opening_problem(SAID, EVIDENCE, OPENINGS) is None
    found = find_opening_problem(opened("Yes."), EVIDENCE, OPENINGS)
    assert found is not None
    assert (found.kind, found.words) == ("opening_not_approved", ("Yes.",))
