"""What verification finds is said in whole words, with the words that are on the page."""

from __future__ import annotations

from typing import get_args

import pytest

from isletbot.answering.verification.ledger import judge_claim, judge_signed
from isletbot.answering.verification.sums import judge_sum
from isletbot.console.reasons import AS_WRITTEN, EXPLANATIONS, explain_reason
from isletbot.finding_reasons import Reason, ReasonKind
from isletbot.ingestion.answer_lines import check_lines
from isletbot.types import Draft, Evidence, Verdict
from tests.builders import INDEPENDENCE
from tests.study_words import STUDY


@pytest.mark.parametrize(
    ("sentence", "quote", "kind", "said"),
    [
        (INDEPENDENCE, INDEPENDENCE, "verbatim", "Word for word"),
        ("The published results covered people.", "The results covered people.", "new_words", "*published*"),
        ("9 people came off insulin.", "People came off insulin.", "new_number", "the figure *9*"),
        ("1 of 12 came off insulin.", "1 of the 3, and 12 in all", "new_fraction", "do not say *1 of 12*"),
        ("12 people got the half dose.", "12 people got the full dose.", "new_group", "do not speak of *half dose*"),
        ("Lows from 70 to 365 days.", "Lows from 70 to 180, to 365 days.", "new_range", "the range *70 to 365*"),
        ("3 deaths and 5 births", "5 deaths and 3 births", "other_count", "another number than *3 death*"),
        ("Below 70 is low.", "Above 70 is low.", "limit_reversed", "the limit of *70* the other way round"),
        ("HbA1c was 7.", "HbA1c was below 7.", "limit_as_figure", "*7* is a limit"),
        ("From part B to part A", "From part A to part B", "order_reversed", "*a* before *b*"),
        ("Zimislecel is a cure.", "Zimislecel is not a cure.", "denies_less", "where the sentence does not"),
        ("Zimislecel is not a cure.", "Zimislecel is a cure.", "denies_more", "where the quotes do not"),
        ("The trial was controlled.", "The trial was uncontrolled.", "opposite_word", "*uncontrol*, which is"),
        ("None had lows.", "People had lows.", "denies_more", "*not*"),
        ("All deaths were unrelated.", "Deaths were unrelated.", "not_said_of_all", "do not say *all*"),
        ("People had lows in winter.", "Most people had lows in winter.", "without_qualifier", "only of *most*"),
        ("Both deaths were unrelated.", "Vertex judged both deaths unrelated.", "view_as_fact", "the view of *vertex*"),
        ("It protects cells.", "It may protect cells.", "without_hedge", "more careful: it says *may*"),
    ],
)
def test_a_finding_is_a_sentence_for_people(sentence: str, quote: str, kind: ReasonKind, said: str) -> None:
    reason = judge_claim(sentence, [quote], STUDY).reason
    assert reason.kind == kind
    explained = explain_reason(reason, sentence)
    assert said in explained
    assert explained.endswith(".")


@pytest.mark.parametrize(
    ("shown", "kind", "said"),
    [("10 ÷ 12 = 0.83", "sum_agrees", "10 ÷ 12 = 0.83"), ("10 ÷ 12 = 0.9", "sum_differs", "does not follow")],
)
def test_a_sum_is_said_in_whole_words(shown: str, kind: ReasonKind, said: str) -> None:
    judged = judge_sum(shown, [INDEPENDENCE])
    assert judged is not None
    assert judged.reason.kind == kind
    assert said in explain_reason(judged.reason, shown)


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("It cures.", "no_quote", "rests on no statement"),
        ("It cures. [paper#gone]", "unknown_statement", "has a statement paper#gone"),
    ],
)
def test_a_line_that_cannot_be_traced_says_why(line: str, kind: ReasonKind, said: str) -> None:
    [found] = check_lines([line], {}, pass_none)
    assert found.reason.kind == kind
    assert said in explain_reason(found.reason, found.sentence.text)


def pass_none(draft: Draft, evidence: Evidence) -> Verdict:
    assert draft.sentences == ()
    return Verdict(())


def test_what_is_signed_says_what_was_checked_and_what_the_reader_judges() -> None:
    sentence = "10 of the 12 people needed no insulin at day 365."
    assert "you judge" in explain_reason(judge_signed(sentence, [INDEPENDENCE]).reason, sentence)


def test_every_kind_has_an_explanation_or_is_shown_as_written() -> None:
    assert set(EXPLANATIONS) | AS_WRITTEN == set(get_args(ReasonKind))
    assert AS_WRITTEN.isdisjoint(EXPLANATIONS)


def test_what_an_earlier_release_stored_stays_as_it_is() -> None:
    assert explain_reason(Reason("other", "a rule of before"), "Some words.") == "a rule of before"
