"""Surveys what is served now against the evaluation, the approved answers and what people asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from isletbot.answering.verification.contradictions import find_contradictions
from isletbot.corpus import StudyWords
from isletbot.curation.conversation_review import UnansweredQuestion
from isletbot.curation.coverage import (
    LOOKED_BACK,
    AskedCase,
    CoverageReport,
    QuotingAnswer,
    find_due,
    find_unasked,
    find_unquoted,
)
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.evaluation.cases import Case, find_suites, read_suite
from isletbot.types import ApprovedAnswer, Passage

_FACT = re.compile(r"[A-Z]+\d+(?:\.\d+)*")
"""Matches `B1.3` and `B7` in `B1.3, B7 P5`."""


@dataclass(frozen=True, slots=True)
class CoverageSurvey:
    passages: Callable[[], Sequence[Passage]]
    """Returns the statements of approved sources."""
    facts: Callable[[], Mapping[str, Sequence[str]]]
    answers: Callable[[], Sequence[QuotingAnswer]]
    cases: Callable[[], Sequence[AskedCase]]
    list_gaps: Callable[[date], Sequence[UnansweredQuestion]]
    """Lists the questions asked since that day that nothing answers, the most frequent first."""
    today: Callable[[], date]
    study: Callable[[], StudyWords] = StudyWords
    """Returns the words by which the corpus tells groups, parts and times apart."""

    def make_report(self) -> CoverageReport:
        passages, answers, cases, today = self.passages(), self.answers(), self.cases(), self.today()
        return CoverageReport(
            statements=len(passages),
            cases=len(cases),
            unasked=find_unasked(passages, self.facts(), cases),
            unquoted=find_unquoted(passages, [answer for answer in answers if answer.expires >= today]),
            due=find_due(answers, today),
            contradictions=find_contradictions(passages, self.study()),
            unanswered=tuple(self.list_gaps(today - LOOKED_BACK)),
        )


def read_asked_cases(*folders: Path) -> tuple[AskedCase, ...]:
    """Reads every suite in these folders; a folder that is not there has none. Raises InputError."""
    paths = [path for folder in folders if folder.is_dir() for path in find_suites(["all"], folder)]
    return tuple(case for path in paths for case in _read_suite_at(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=100)
def _read_suite_at(path: Path, _written: int) -> tuple[AskedCase, ...]:
    """Reads a suite once for each time it was written: some hold hundreds of patterns to compile."""
    return tuple(_describe(case) for case in read_suite(path).cases if _is_answered(case))


def _is_answered(case: Case) -> bool:
    return "answered" in case.kinds and not case.digest


def _describe(case: Case) -> AskedCase:
    facts = frozenset(_FACT.findall(case.basis))
    return AskedCase(facts, frozenset(case.cite), tuple(fact.patterns for fact in case.must))


def describe_answers(
    shipped: Sequence[ApprovedAnswer], written: Sequence[AnswerVersion] = ()
) -> Iterator[QuotingAnswer]:
    """`written` are the live answers of staff, of which none is in `shipped`."""
    for answer in shipped:
        keys = frozenset(quote.key for sentence in answer.sentences for quote in sentence.quotes)
        yield QuotingAnswer(answer.asks[0], keys, answer.review_due, answer.expires, "/staff/answers")
    for version in written:
        told = version.wording
        path = f"/staff/answers/{version.answer_id}"
        yield QuotingAnswer(told.asks[0], frozenset(version.built_on), told.review_due, told.expires, path)
