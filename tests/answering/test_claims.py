"""A sentence is supported only when its figures, its denials, its hedges and its words stand in the quote."""

import pytest

from isletbot.answering.verification.ledger import judge_claim
from isletbot.answering.verification.figures import read_ledger

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


def test_the_ledger_reads_figures_with_their_units_and_pairs() -> None:
    ledger = read_ledger("Of the 12 people, ten (83%) stopped by day 365; glucose 70-180 mg/dL in phase 1-2.")
    assert ("83", "%") in ledger.measures
    assert ("365", "day") in ledger.measures
    assert ("180", "mg/dl") in ledger.measures
    assert read_ledger("10 of 12 people").fractions == {("10", "12")}
    assert read_ledger("ten out of the twelve").fractions == {("10", "12")}


def test_participants_and_patients_are_people() -> None:
    said = "All 12 patients given the full dose spent more than 70% of the time at a glucose of 70-180 mg/dL."
    assert judge_claim(said, [RANGE]).outcome == "supported"


def test_a_hedge_of_another_sentence_of_the_quote_does_not_count() -> None:
    quote = "Everyone in the trial also took drugs that suppress the immune system. The drug plan was free of steroids."
    assert (
        judge_claim("Everyone in the trial took drugs that suppress the immune system.", [quote]).outcome == "supported"
    )
