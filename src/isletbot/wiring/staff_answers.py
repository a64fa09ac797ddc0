"""The answers that staff write: put among those that are served, and shown in the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from isletbot.answering.graph import Line
from isletbot.curation.audit import AuditEvent
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.settings import Settings
from isletbot.storage.database import Database, read_url
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_lessons import SqlLessons
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.wiring.answers import make_verify
from isletbot.wiring.live_answers import Grounds, LiveAnswers
from isletbot.wiring.live_examples import LiveExamples
from isletbot.wiring.reception import now

CASES = "evals/staff.jsonl"
"""In the data folder: regression cases of what staff have approved."""
_BY_ITSELF = "isletbot"


@dataclass(frozen=True, slots=True)
class StaffAnswersOpen:
    line: Line
    """The line with the answers of staff among those it serves, judged with what they judged."""
    live: LiveAnswers
    store: SqlStaffAnswers
    cases_file: str
    grounds: Grounds


def open_staff_answers(
    settings: Settings, line: Line, database: Database, clock: Callable[[], datetime] = now
) -> StaffAnswersOpen:
    store, audit, grounds = SqlStaffAnswers(database), SqlAuditLog(database), make_grounds(line)
    path, queue = settings.data_dir / CASES, SqlQueueIntake(database)

    def unpublish(version: AnswerVersion, why: str) -> None:
        with database.write():
            if store.unpublish(version, why, clock()):
                audit.append(AuditEvent(clock(), _BY_ITSELF, "answer.unpublished", version.answer_id, why))
                queue.answer_left(version.answer_id, version.wording.asks[0], why, clock())

    def count_seconds() -> float:
        return clock().timestamp()

    live = LiveAnswers(line.answers, store, grounds, unpublish, path, count_seconds)
    examples = LiveExamples(line.judge.examples, SqlLessons(database), live, grounds, count_seconds)
    judged = replace(line, answers=live, judge=replace(line.judge, examples=examples))
    return StaffAnswersOpen(judged, live, store, str(path), grounds)


def add_staff_answers(settings: Settings, line: Line) -> Line:
    """The line with what staff have approved, for a program that only asks: the records stay as they are."""
    url = read_url(settings.records_url.get_secret_value(), settings.data_dir)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return line
    store = SqlStaffAnswers(Database(url, migrate=False))
    live = LiveAnswers(line.answers, store, make_grounds(line), lambda _version, _why: None, cases_path=None)
    return replace(line, answers=live)


def make_grounds(line: Line) -> Grounds:
    return Grounds(line.index, line.embeddings, make_verify(line.index.cautions), line.clock)
