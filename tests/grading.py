"""Cases, replies and runs for tests of the evaluation: sound by default, wrong in the one thing a test is about."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from isletbot.evaluation.cases import Case, ExpectedFact
from isletbot.evaluation.grounding import SourceText
from isletbot.evaluation.run import put_case
from isletbot.evaluation.run_records import Header, Record, Run
from isletbot.evaluation.targets import TargetError, TargetReply
from isletbot.server.wire import answer_to_json
from tests.scripted import WORDS, an_answer
from tests.study_words import STUDY

TEXT = "x" * 120 + WORDS + " The end."
SOURCES = {"nejm-2025": SourceText(TEXT, "sha256:00", study=STUDY)}


def a_fact(name: str, *patterns: str) -> ExpectedFact:
    return ExpectedFact(name, tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns))


def a_case(case_id: str = "c1", **changes: Any) -> Case:
    case = Case(
        suite="gold",
        id=case_id,
        turns=("How many came off insulin?",),
        kinds=("answered",),
        must=(a_fact("10 of 12", r"\b12\b[^.]{0,80}\b10\b"),),
        must_not=(a_fact("a cure", r"\bis a cure\b"),),
        cite=("nejm-2025",),
    )
    return replace(case, **changes)


def a_reply(**changes: Any) -> dict[str, Any]:
    """The contract's JSON of a right answer; offsets are those of TEXT."""
    reply = deepcopy(answer_to_json(an_answer()))
    reply["citations"][0].update(start=120, end=120 + len(WORDS))  # type: ignore[index]
    return {**reply, **changes}


class StubTarget:
    """Replies with what `say` makes of the case; an exception among the replies is raised."""

    name = "stub"
    at_once = 1
    versions = {"stub": "1"}  # noqa: RUF012

    def __init__(self, say: Callable[[Case], Any] = lambda _case: a_reply()) -> None:
        self._say = say
        self.asked: list[str] = []

    def converse(self, case: Case) -> TargetReply:
        self.asked.append(case.id)
        said = self._say(case)
        if isinstance(said, BaseException):
            raise said
        return TargetReply(said, 5.0, {"route": "answer"})


def a_record(case: Case | None = None, reply: dict[str, Any] | None = None, trouble: str = "") -> Record:
    said = TargetError(trouble) if trouble else reply or a_reply()
    return put_case(case or a_case(), 0, StubTarget(lambda _case: said), SOURCES)


def a_run(*records: Record) -> Run:
    made = records or (a_record(),)
    return Run(
        Header("stub", {"stub": "1"}, dict.fromkeys((r.suite for r in made), "00"), 1, "2026-01-01T00:00:00"), made
    )
