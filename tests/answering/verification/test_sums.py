"""Which sum is asked for, of which count, and whether a sum that is shown holds."""

import pytest

from isletbot.answering.verification.sums import Count, asked_back, find_counted, judge_sum, read_count
from isletbot.types import Part
from tests.builders import DEATHS, INDEPENDENCE, a_passage, a_source

COUNTED = a_passage(INDEPENDENCE)


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("so what's that as a percentage?", "share"),
        ("in percent?", "share"),
        ("what fraction is that", "share"),
        ("and as a % of people?", "share"),
        ("10 of 12, what percent is that?", "share"),
        ("how many does that leave?", "rest"),
        ("How many are left?", "rest"),
        ("What percentage of people had neutropenia?", None),
        ("How many people died?", None),
        ("What is that?", None),
    ],
)
def test_only_a_question_without_a_subject_of_its_own_asks_a_number_back(part: str, asked: str | None) -> None:
    assert asked_back(Part(part)) == asked


def test_the_count_that_was_heard_is_found_whatever_the_words_it_was_heard_in() -> None:
    elsewhere = a_passage("Of the 12 people given the full dose, 2 were not insulin independent.")
    release = a_passage("The release: 10 of the 12 came off insulin.", source=a_source(id="r", evidence="news"))
    passages = (elsewhere, release, COUNTED, a_passage(DEATHS))
    assert find_counted(passages, "As said, 10 out of 12 people needed none.") == (COUNTED, release)
    assert find_counted(passages, release.text)[0] == release
    assert find_counted(passages, "Nobody counted.") == ()


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("10 of 12 is about 83%: 10 ÷ 12 = 0.83.", "supported"),
        ("That is 83.3%: 10 ÷ 12 = 0.833.", "supported"),
        ("10 of 12 leaves 2: 12 − 10 = 2.", "supported"),
        ("10 of 12 is about 84%: 10 ÷ 12 = 0.84.", "unsupported"),
        ("10 of 12 is about 84%: 10 ÷ 12 = 0.83.", "unsupported"),
        ("10 of 12 is about 83%, or 90%: 10 ÷ 12 = 0.83.", "unsupported"),
        ("10 of 14 is about 71%: 10 ÷ 14 = 0.71.", "unsupported"),
        ("12 of 10 is 120%: 12 ÷ 10 = 1.20.", "unsupported"),
        ("10 of 12 leaves 3: 12 − 10 = 3.", "unsupported"),
        ("10 of 12 were cured: 10 ÷ 12 = 0.83.", None),
        ("10 of 12 people came off insulin.", None),
    ],
)
def test_a_sum_is_supported_when_a_quote_counts_it_and_it_comes_out(sentence: str, outcome: str | None) -> None:
    judgement = judge_sum(sentence, [INDEPENDENCE])
    assert (judgement.outcome if judgement else None) == outcome


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        (INDEPENDENCE, Count(10, 12)),
        ("10 of 12 in part A and 1 of 2 in part B", None),
        ("12 of 12 people took part", None),
        ("Two people died.", None),
    ],
)
def test_a_count_is_read_only_where_one_is_meant(statement: str, count: Count | None) -> None:
    assert read_count(statement) == count
