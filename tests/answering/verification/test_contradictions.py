"""Statements that seem to disagree in a figure are put side by side, and others are not."""

from __future__ import annotations

import pytest

from isletbot.answering.verification.contradictions import find_contradictions
from tests.builders import a_passage, a_source
from tests.study_words import STUDY

STATED = "Of the 12 people given the full dose of zimislecel, 10 were insulin independent at day 365."


def compare(one: str, other: str) -> list[tuple[str, str]]:
    passages = [a_passage(one), a_passage(other, source=a_source(id="release"))]
    return [pair.figures for pair in find_contradictions(passages, STUDY)]


@pytest.mark.parametrize(
    ("other", "figures"),
    [
        (
            "Of the 12 people given the full dose of zimislecel, 9 were insulin independent at day 365.",
            ("10 of 12", "9 of 12"),
        ),
        (
            "Of the 12 people who got the full dose of zimislecel, 11 were insulin independent.",
            ("10 of 12", "11 of 12"),
        ),
    ],
)
def test_another_figure_for_the_same_thing_is_found(other: str, figures: tuple[str, str]) -> None:
    assert compare(STATED, other) == [figures]


def test_percentages_and_counted_things_are_compared_too() -> None:
    assert compare(
        "Sorrel tea cured 83% of the people in the trial.", "Sorrel tea cured 70 percent of people in it."
    ) == [("83 %", "70 %")]
    assert compare("The sorrel trial has 29 sites in Europe.", "The sorrel trial has 31 sites in Europe.") == [
        ("29 site", "31 site")
    ]


@pytest.mark.parametrize(
    "other",
    [
        "10 of the 12 people given the full dose of zimislecel were insulin independent at day 365.",
        "Of the 12 people given the full dose of zimislecel, 9 were insulin independent at day 150.",
        "Of the 12 people given the half dose of zimislecel, 9 were insulin independent at day 365.",
        "Of the 12 people given the full dose of zimislecel, 2 were not insulin independent at day 365.",
        "Of the 12 people given the full dose of zimislecel, 2 used insulin and were dependent on it at day 365.",
        "Two of the 12 mice in a cage slept through the night before the vet came.",
        "The full dose of zimislecel made people insulin independent at day 365.",
    ],
)
def test_the_same_figure_or_another_moment_group_or_subject_is_no_pair(other: str) -> None:
    assert compare(STATED, other) == []


def test_two_places_with_their_own_names_are_two_subjects() -> None:
    assert (
        compare("The trial record lists 2 sites in France: Lille.", "The trial record lists 1 site in Norway: Oslo.")
        == []
    )
