"""What a text affirms and denies, and whether two texts agree in it."""

import pytest

from isletbot.answering.verification.negation import content_words, find_denial_problem, find_retold


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Zimislecel is a cure.", "Zimislecel is not a cure."),
        ("Zimislecel is not a cure.", "Zimislecel is a cure."),
        ("The deaths were related to zimislecel.", "The deaths were unrelated to zimislecel."),
        ("People used insulin at day 365.", "People used no insulin at day 365."),
        ("No one had severe lows.", "One person had severe lows."),
        ("People needed insulin.", "People no longer needed insulin."),
    ],
)
def test_what_is_denied_is_not_affirmed_nor_the_other_way(sentence: str, quote: str) -> None:
    assert find_denial_problem(sentence, [quote])


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Zimislecel is not a cure.", "Zimislecel is not a cure."),
        ("People needed no insulin.", "People did not need insulin."),
        ("People were free of severe lows.", "People had no severe lows."),
        ("There were no lows and no fear.", "There were no lows or fear."),
        ("Insulin was used.", "Insulin was used, but steroids were not."),
    ],
)
def test_the_same_denial_in_other_words_agrees(sentence: str, quote: str) -> None:
    assert find_denial_problem(sentence, [quote]) is None


def test_who_is_off_a_medicine_of_the_corpus_does_not_take_it() -> None:
    sentence, quote = "People did not use insulin.", "People were off insulin."
    assert find_denial_problem(sentence, [quote], ("insulin",)) is None
    assert find_denial_problem(sentence, [quote], ("citrate",))
    assert find_denial_problem("People did not use citrate.", ["People were off citrate."], ("citrate",)) is None


def test_a_denial_reaches_to_the_end_of_its_clause() -> None:
    quote = "The trial was not randomised, and zimislecel was infused."
    assert find_denial_problem("Zimislecel was infused.", [quote]) is None
    assert find_denial_problem("The trial was randomised.", [quote])


def test_figures_and_units_are_no_content() -> None:
    assert content_words("At 365 days 83% of insulin") == {"insulin"}


def test_only_the_clauses_that_are_retold_count() -> None:
    said = "Zimislecel was infused into the liver, and steroids were never given."
    assert "steroids" not in find_retold(said, "Zimislecel was infused into the liver.")
    assert "liver" in find_retold(said, "Zimislecel was infused into the liver.")
