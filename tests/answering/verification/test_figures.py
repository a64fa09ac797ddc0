"""Two texts are compared figure by figure: numbers with units, fractions, groups, limits, and their order."""

from functools import partial

import pytest

from isletbot.answering.verification import figures
from isletbot.corpus import StudyWords
from tests.study_words import STUDY

find_figure_problem = partial(figures.find_figure_problem, study=STUDY)
read_ledger = partial(figures.read_ledger, study=STUDY)


def test_the_ledger_reads_figures_with_their_units_and_pairs() -> None:
    ledger = read_ledger("Of the 12 people, ten (83%) stopped by day 365; glucose 70-180 mg/dL in phase 1-2.")
    assert ("83", "%") in ledger.measures
    assert ("365", "day") in ledger.measures
    assert ("180", "mg/dl") in ledger.measures
    assert read_ledger("10 of 12 people").fractions == {("10", "12")}
    assert read_ledger("ten out of the twelve").fractions == {("10", "12")}


def test_a_year_is_the_same_time_as_365_days() -> None:
    assert (
        read_ledger("at one year").measures == read_ledger("at day 365").measures == read_ledger("12 months").measures
    )


def test_limits_ranges_groups_and_counts_are_read() -> None:
    ledger = read_ledger("12 people in part A had under 7% and 70 to 180 mg/dl with the full dose.")
    assert ledger.bounds == {("7", "down")}
    assert ledger.ranges == {("70", "180")}
    assert ledger.groups == {"part a", "full dose"}
    assert ("12", "people") in {(number, thing) for number, thing in ledger.counted}


@pytest.mark.parametrize(
    ("sentence", "said", "problem"),
    [
        ("10 of 12 people", "10 of 12 people", ""),
        ("11 of 12 people", "10 of 12 people", "number not in the quotes: 11"),
        ("10 of 14 people", "10 of 12 people. 14 people took part.", "fraction not in the quotes: 10 of 14"),
        ("7 mmol/l", "7 mg/dl", "number not in the quotes: 7 mmol/l"),
        ("12 people got the half dose", "12 people got the full dose", "group not in the quotes: half dose"),
        ("above 7%", "below 7%", "limit on the other side"),
        ("HbA1c was 7%", "HbA1c was below 7%", "only a limit in the quotes: 7"),
        ("80 to 180", "70 to 180, and 80 more", "range not in the quotes: 80 to 180"),
        ("2 women and 3 children", "3 women and 2 children", "another number of these"),
        ("From part B to part A", "From part A to part B", "before"),
        ("May 2025", "June 2025", "number not in the quotes"),
        ("every one of them", "all of them", ""),
        ("one person died", "people died", "number not in the quotes: 1"),
        ("one person died", "a single person died", ""),
        ("a million cells: 400 million", "400 million cells", ""),
    ],
)
def test_a_figure_that_the_quotes_lack_is_named(sentence: str, said: str, problem: str) -> None:
    found = find_figure_problem(sentence, said)
    assert problem in (found.text if found else "")
    assert bool(found) == bool(problem)


ACME = StudyWords((("low dose",), ("high dose", "big dose")), ("x", "y"), (("180 days", "6 months"),), ("acme",))


@pytest.mark.parametrize(
    ("sentence", "said", "problem"),
    [
        ("12 people got the low dose", "12 people got the high dose", "group not in the quotes: low dose"),
        ("12 people got the big dose", "12 people got the high-dose", ""),
        ("2 people in part x", "2 people in part y", "group not in the quotes: part x"),
        ("after 6 months", "at day 180", ""),
        ("after 5 months", "at day 180", "number not in the quotes: 5 month"),
    ],
)
def test_another_corpus_gets_the_same_care_for_its_own_groups(sentence: str, said: str, problem: str) -> None:
    found = figures.find_figure_problem(sentence, said, ACME)
    assert (found.text if found else "") == problem


def test_without_words_of_a_study_no_group_is_known() -> None:
    assert figures.read_ledger("12 people in part A got the full dose").groups == frozenset()
