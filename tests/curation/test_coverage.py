"""What the corpus covers and leaves out, by cases, answers and days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from isletbot.curation.coverage import AskedCase, QuotingAnswer, find_due, find_unasked, find_unquoted
from tests.builders import DEATHS, INDEPENDENCE, a_passage

FIRST = a_passage(INDEPENDENCE, statement="paper#independence")
SECOND = a_passage(DEATHS, statement="paper#deaths")
FACTS = {"B1.1": ("paper#independence",), "B1.2": ("paper#deaths",), "B10.1": ("paper#deaths",)}
TODAY = date(2026, 11, 30)


def a_case(*facts: str, wanted: str = "", source: str = "paper") -> AskedCase:
    patterns = ((re.compile(wanted, re.IGNORECASE),),) if wanted else ()
    return AskedCase(frozenset(facts), frozenset({source}), patterns)


def an_answer(words: str = "Who died?", review: int = 400, end: int = 400, *keys: str) -> QuotingAnswer:
    return QuotingAnswer(words, frozenset(keys), TODAY + timedelta(days=review), TODAY + timedelta(days=end))


def test_a_case_asks_about_the_statements_that_hold_its_facts() -> None:
    assert find_unasked([FIRST, SECOND], FACTS, [a_case("B1.1", "P5")]) == (SECOND,)
    assert find_unasked([FIRST, SECOND], FACTS, [a_case("B1")]) == (), "B1 is B1.1 and B1.2, not B10.1"
    assert find_unasked([FIRST, SECOND], {"B10.1": ("paper#deaths",)}, [a_case("B1")]) == (FIRST, SECOND)


def test_without_facts_a_case_asks_about_what_says_all_that_its_reply_must_say() -> None:
    assert find_unasked([FIRST, SECOND], {}, [a_case(wanted="died")]) == (FIRST,)
    assert find_unasked([FIRST, SECOND], {}, [a_case(wanted="died", source="release")]) == (FIRST, SECOND)
    assert find_unasked([FIRST, SECOND], {}, [a_case()]) == (FIRST, SECOND)


def test_without_cases_nothing_is_said_of_what_is_asked() -> None:
    assert find_unasked([FIRST, SECOND], FACTS, []) == ()


def test_a_statement_that_no_answer_quotes_is_named() -> None:
    assert find_unquoted([FIRST, SECOND], [an_answer("Who?", 400, 400, FIRST.key)]) == (SECOND,)
    assert find_unquoted([FIRST, SECOND], []) == (FIRST, SECOND)


def test_what_runs_out_within_sixty_days_comes_with_the_most_urgent_first() -> None:
    answers = [an_answer("Later?", 61, 61), an_answer("Soon?", 60, 100), an_answer("Over?", 200, -1)]
    assert [(one.what, one.name) for one in find_due(answers, TODAY)] == [("end", "Over?"), ("review", "Soon?")]
