"""A reply that declines names the gap, asks back where an answer is nearly meant, or says that nothing was found."""

from __future__ import annotations

from datetime import date

from isletbot.answering.declining import word_decline
from isletbot.types import ApprovedAnswer, Draft, Evidence, Found, Gap, NearAnswer, Part

DAY = date(2026, 11, 30)
NEAR = ApprovedAnswer("deaths", ("Did anyone die?",), (), "Al", "Bo", DAY, DAY, date.max)
PRICE = Gap("price", "My sources do not give the price.", ("Can I get it now?",))
STARTERS = ("What is it?", "Who was in it?", "Is it safe?")


def say(name: str, **values: str) -> str:
    return f"{name}: {' | '.join(values.values())}"


def decline(
    relevance: float, gap: Gap | None = None, suggestions: tuple[str, ...] = ("Did anyone die?",)
) -> tuple[str, tuple[str, ...]]:
    found = Found(Part("and the dead?"), (), (NearAnswer(NEAR, (0.5,), relevance),), gap)
    return word_decline(Draft("none", (), suggestions=suggestions), Evidence((found,)), STARTERS, say)


def test_an_answer_that_is_nearly_meant_is_asked_back_for() -> None:
    assert decline(0.45) == ("did-you-mean: Did anyone die?", ("Did anyone die?",))


def test_a_far_answer_is_only_offered() -> None:
    assert decline(0.3) == ("not-in-corpus: nothing-found:  | Did anyone die?", ("Did anyone die?",))


def test_what_is_not_near_is_not_offered() -> None:
    assert decline(0.1) == ("not-in-corpus: nothing-found:  | What is it? Who was in it?", STARTERS[:2])


def test_a_gap_is_named_however_near_an_answer_is() -> None:
    text = "not-in-corpus: My sources do not give the price. | Can I get it now?"
    assert decline(0.45, PRICE) == (text, ("Can I get it now?",))


def test_two_starters_are_offered_where_nothing_is_near() -> None:
    text = "not-in-corpus: nothing-found:  | What is it? Who was in it?"
    assert decline(0.0, suggestions=()) == (text, ("What is it?", "Who was in it?"))
