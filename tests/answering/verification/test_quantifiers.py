"""What holds of some is never said of all, or of none."""

from __future__ import annotations

import pytest

from isletbot.answering.verification.quantifiers import find_quantifier_problem

TEN = "Of the 12 people given the full dose, 10 (83%) were insulin independent at day 365."


@pytest.mark.parametrize(
    ("sentence", "quote", "problem"),
    [
        ("None of the 12 needed insulin.", TEN, "deny nothing"),
        ("Nobody needed insulin.", TEN, "deny nothing"),
        ("Everybody came off insulin.", TEN, "do not say 'everybody'"),
        ("All people came off insulin.", TEN, "do not say 'all'"),
        ("All 14 came off insulin.", TEN, "do not say 'all'"),
        ("Both were unrelated, Vertex judged.", "Vertex judged three deaths unrelated.", "do not say 'both'"),
        ("All 12 were given the full dose.", TEN, ""),
        ("Both deaths were judged unrelated.", "The two deaths were judged unrelated.", ""),
        ("None had a severe low.", "The 12 people had no severe low.", ""),
        ("Everyone took drugs.", "Each person in the trial took drugs.", ""),
        ("The record lists 29 sites in all.", "The record lists 29 sites.", ""),
        ("10 of the 12 came off insulin.", TEN, ""),
    ],
)
def test_all_and_none_must_stand_in_the_quotes(sentence: str, quote: str, problem: str) -> None:
    found = find_quantifier_problem(sentence, [quote])
    assert problem in (found.text if found else "")
    assert bool(problem) == bool(found)
