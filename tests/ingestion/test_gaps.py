"""`gaps.yaml`: each gap is named in one sentence, leads to served answers, and a fault is named with its line."""

from __future__ import annotations

from datetime import date

import pytest

from isletbot.ingestion.gaps import read_gaps
from isletbot.types import ApprovedAnswer, Gap

DAY = date(2026, 11, 30)
ANSWER = ApprovedAnswer("how-to-get-it", ("Can I get it now?", "where"), (), "Al", "Bo", DAY, DAY, date.max)
PRICE = """\
- id: price
  say: "My sources do not give the price."
  nearest: [how-to-get-it]
  asks: ["What does it cost?", "price"]
"""


def test_a_gap_suggests_the_first_way_of_asking_for_its_nearest_answers() -> None:
    gaps, problems = read_gaps("gaps.yaml", PRICE, [ANSWER])
    assert problems == []
    wanted = Gap("price", "My sources do not give the price.", ("Can I get it now?",), ("What does it cost?", "price"))
    assert gaps == (wanted,)


def test_a_nearest_answer_that_is_withheld_suggests_nothing_and_breaks_nothing() -> None:
    gaps, problems = read_gaps("gaps.yaml", PRICE, [], {"how-to-get-it"})
    assert problems == []
    assert gaps[0].suggestions == ()


def test_a_gap_may_leave_its_ways_of_asking_to_the_question_bank() -> None:
    [gap], problems = read_gaps("gaps.yaml", PRICE.replace('  asks: ["What does it cost?", "price"]\n', ""), [ANSWER])
    assert (problems, gap.asks) == ([], ())


def test_without_a_file_there_are_no_gaps() -> None:
    assert read_gaps("gaps.yaml", "", [ANSWER]) == ((), [])


@pytest.mark.parametrize(
    ("changed", "line", "rule"),
    [
        (PRICE.replace("My sources do not give", "Nobody knows"), 2, "one sentence that begins with"),
        (PRICE.replace("price.", "price"), 2, "one sentence that begins with"),
        (PRICE.replace("[how-to-get-it]", "[gone]"), 3, "the id of an approved answer"),
        (PRICE + PRICE, 5, "unique id"),
        (PRICE.replace("  nearest: [how-to-get-it]\n", ""), 1, "missing field"),
    ],
)
def test_a_fault_is_named_with_its_line_and_rule(changed: str, line: int, rule: str) -> None:
    _, problems = read_gaps("gaps.yaml", changed, [ANSWER])
    [problem] = problems
    assert (problem.file, problem.line) == ("gaps.yaml", line)
    assert problem.rule.startswith(rule)
