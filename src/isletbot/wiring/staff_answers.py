"""Adds the answers that staff write to those that are served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from isletbot.answering.line import Line
from isletbot.live.answers import AnswerContext, LiveAnswers
from isletbot.live.examples import LiveExamples
from isletbot.live.unpublishing import Unpublisher
from isletbot.settings import Settings
from isletbot.storage.database import Database, read_url
from isletbot.storage.sql_lessons import SqlLessons
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.wiring.answers import make_staff_verify
from isletbot.wiring.server_context import now

CASES = "evals/staff.jsonl"
"""Regression cases of the answers that staff approved, in the data folder."""


@dataclass(frozen=True, slots=True)
class StaffAnswersOpen:
    line: Line
    """The pipeline with the answers and judged examples of staff."""
    live: LiveAnswers
    store: SqlStaffAnswers
    cases_file: str
    context: AnswerContext


def open_staff_answers(
    settings: Settings, line: Line, database: Database, clock: Callable[[], datetime] = now
) -> StaffAnswersOpen:
    store, context = SqlStaffAnswers(database), make_answer_context(line)
    path, unpublisher = settings.data_dir / CASES, Unpublisher(database, store, clock)

    def count_seconds() -> float:
        return clock().timestamp()

    live = LiveAnswers(line.answers, store, context, unpublisher.unpublish, path, count_seconds)
    examples = LiveExamples(line.judge.examples, SqlLessons(database), live, context, count_seconds)
    judged = replace(line, answers=live, judge=replace(line.judge, examples=examples))
    return StaffAnswersOpen(judged, live, store, str(path), context)


def add_staff_answers(settings: Settings, line: Line) -> Line:
    """Adds the approved answers of staff for a program that only asks; leaves the records unchanged."""
    url = read_url(settings.records_url.get_secret_value(), settings.data_dir)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return line
    store = SqlStaffAnswers(Database(url, migrate=False))
    live = LiveAnswers(line.answers, store, make_answer_context(line), lambda _version, _why: None, cases_path=None)
    return replace(line, answers=live)


def make_answer_context(line: Line) -> AnswerContext:
    return AnswerContext(
        line.index, line.embeddings, make_staff_verify(line.index.cautions, line.index.glossary.study), line.clock
    )
