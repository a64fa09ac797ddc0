"""A sentence is supported only when its figures, its denials, its hedges and its words stand in the quote."""

from functools import partial

import pytest

from isletbot.answering.verification import ledger
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.corpus import StudyWords
from tests.study_words import STUDY

find_objection = partial(ledger.find_objection, study=STUDY)
judge_claim = partial(ledger.judge_claim, study=STUDY)

INDEPENDENCE = (
    "Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent and used no insulin "
    "at day 365."
)
HYPOTHESIS = (
    "The authors conclude that the results support the hypothesis that zimislecel can restore the natural working of "
    "islets."
)
DEATHS = "The company judged that both deaths were unrelated to zimislecel."
RANGE = "All 12 people given the full dose spent more than 70% of the time at a glucose of 70-180 mg/dL."


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        pytest.param(INDEPENDENCE, INDEPENDENCE, id="word for word"),
        pytest.param(
            "Of the 12 people given the full dose, ten were insulin independent at day 365.",
            INDEPENDENCE,
            id="number words are numbers",
        ),
        pytest.param(
            "Of the 12 people given the full dose, 10 were insulin independent at one year.",
            INDEPENDENCE,
            id="one year is day 365",
        ),
        pytest.param("The company judged both deaths unrelated to zimislecel.", DEATHS, id="shorter"),
        pytest.param(
            "The results support the hypothesis that zimislecel can restore the natural working of islets.",
            HYPOTHESIS,
            id="hedge kept",
        ),
    ],
)
def test_a_faithful_sentence_is_supported(sentence: str, quote: str) -> None:
    assert judge_claim(sentence, [quote]).outcome == "supported"


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        pytest.param(
            "Of the 14 people given the full dose, 10 were insulin independent at day 365.",
            INDEPENDENCE,
            id="another N",
        ),
        pytest.param(
            "Of the 12 people given the full dose, 11 were insulin independent at day 365.",
            INDEPENDENCE,
            id="another n",
        ),
        pytest.param(
            "Of the 12 people given the half dose of zimislecel, 10 were insulin independent at day 365.",
            INDEPENDENCE,
            id="another group",
        ),
        pytest.param(
            "Of the 12 people given the full dose, 10 were insulin independent at day 180.",
            INDEPENDENCE,
            id="another day",
        ),
        pytest.param(
            "Of the 12 people given the full dose, 10 were insulin independent at two years.", INDEPENDENCE, id="longer"
        ),
        pytest.param(
            "Of the 12 people given the full dose, 10 were not insulin independent at day 365.",
            INDEPENDENCE,
            id="denied",
        ),
        pytest.param(
            "All 12 people given the full dose spent more than 70% of the time at a glucose of 70-180 mmol/L.",
            RANGE,
            id="another unit",
        ),
        pytest.param("Zimislecel restores the natural working of islets.", HYPOTHESIS, id="hedge dropped"),
        pytest.param(
            "The company judged that both deaths were related to zimislecel and to the liver infusion.",
            DEATHS,
            id="another claim",
        ),
        pytest.param("Zimislecel heals the pancreas of children.", INDEPENDENCE, id="words not in the quote"),
    ],
)
def test_a_changed_sentence_is_unsupported(sentence: str, quote: str) -> None:
    assert judge_claim(sentence, [quote]).outcome == "unsupported"


def test_a_sentence_without_a_checkable_word_is_unchecked_not_true() -> None:
    assert judge_claim("Это правда.", [INDEPENDENCE]).outcome != "supported"
    assert judge_claim("It is so.", [INDEPENDENCE]).outcome == "unchecked"


def test_a_sentence_without_a_quote_is_unsupported() -> None:
    assert judge_claim(INDEPENDENCE, []).outcome == "unsupported"


def test_participants_and_patients_are_people() -> None:
    said = "All 12 patients given the full dose spent more than 70% of the time at a glucose of 70-180 mg/dL."
    assert judge_claim(said, [RANGE]).outcome == "supported"


def test_a_hedge_of_another_sentence_of_the_quote_does_not_count() -> None:
    quote = "Everyone in the trial also took drugs that suppress the immune system. The drug plan was free of steroids."
    assert (
        judge_claim("Everyone in the trial took drugs that suppress the immune system.", [quote]).outcome == "supported"
    )


def test_the_line_is_given_the_same_judgement() -> None:
    assert LedgerEntailment(STUDY).judge(DEATHS, [DEATHS]) == judge_claim(DEATHS, [DEATHS])


def test_an_objection_is_a_figure_or_a_denial_and_no_word() -> None:
    assert find_objection("10 of 14 people were insulin independent.", [INDEPENDENCE])
    assert find_objection("Both deaths were not unrelated to zimislecel.", [DEATHS])
    assert find_objection("The kidney was unrelated to zimislecel.", [DEATHS]) is None


@pytest.mark.parametrize(
    ("sentence", "quote", "because"),
    [
        ("People had severe lows in winter.", "Most people had severe lows in winter.", "'most'"),
        ("The HbA1c of the participants fell.", "The mean HbA1c of the participants fell.", "'mean'"),
        ("Both deaths were unrelated.", "Vertex judged both deaths unrelated.", "view of 'vertex'"),
    ],
)
def test_a_qualifier_may_not_be_left_out(sentence: str, quote: str, because: str) -> None:
    judgement = judge_claim(sentence, [quote])
    assert judgement.outcome == "unsupported"
    assert because in judgement.reason.text


def test_the_view_of_who_has_an_interest_stays_theirs_in_any_corpus() -> None:
    quote = "Acme said that the pill is unrelated to the deaths."
    study = StudyWords(own_view=("acme",))
    found = ledger.judge_signed("The pill is unrelated to the deaths.", [quote], study)
    assert found.reason.text == "the quote only gives the view of 'acme'"
    assert ledger.judge_signed("Acme said the pill is unrelated to the deaths.", [quote], study).outcome == "supported"
