"""Records of a busy clinic, filled many rows at a time, for `console.py`."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, update

from isletbot.curation.audit import BEGINNING, AuditEvent, digest_row
from isletbot.curation.daily_counts import DailyCount, Subject, count_answer
from isletbot.curation.records import AnswerRecord
from isletbot.server.wire import answer_to_json
from isletbot.storage.database import Database
from isletbot.storage.sql_conversations import trace_to_json
from isletbot.storage.sql_daily_counts import add_daily_counts
from isletbot.storage.staff_tables import audit, audit_head
from isletbot.storage.tables import answers, conversations, feedback, replies

ROOT = Path(__file__).resolve().parents[1]
SUITES = ("gold", "dialogues", "red_flags", "small_talk", "personal_advice", "off_topic", "not_in_corpus")
MOST_OF_A_SUITE = 60
DAYS, AT_ONCE = 90, 2_000
RATINGS = {"helpful": 6, "wrong": 3, "unsafe": 1, "": 90}
"""Shares of 100."""


def make_replies(bot: object) -> list[AnswerRecord]:
    """The bot that ships, asked the questions of the suites."""
    made = []
    for suite in SUITES:
        lines = (ROOT / "evals" / f"{suite}.jsonl").read_text(encoding="utf-8").splitlines()[:MOST_OF_A_SUITE]
        for line in lines:
            question = json.loads(line)["turns"][-1]
            answer = bot.ask(question)  # type: ignore[attr-defined]
            made.append(AnswerRecord(question, answer, answer_to_json(answer), datetime.now(UTC)))
    return made


class Filler:
    """Rows like those the server keeps, many at a time."""

    def __init__(self, database: Database, made: Sequence[AnswerRecord], count: int) -> None:
        self._database, self._made, self._count = database, made, count
        self._random = random.Random(7)
        self._traces = [trace_to_json(record.answer.trace) for record in made]
        self._now = datetime.now(UTC)

    def fill(self) -> int:
        """How many answers."""
        counts: Counter[tuple[object, Subject, str]] = Counter()
        kept = 0
        for start in range(0, self._count, AT_ONCE):
            rows = list(self._make_rows(min(AT_ONCE, self._count - start), counts))
            kept += sum("question" in row for row in rows)
            with self._database.write() as connection:
                for table in (conversations, answers, replies, feedback):
                    mine = [{k: v for k, v in row.items() if k != "_"} for row in rows if row["_"] is table]
                    if mine:
                        connection.execute(insert(table), mine)
        self._add_tallies(counts)
        return kept

    def _make_rows(self, count: int, counts: Counter[tuple[object, Subject, str]]) -> Iterator[dict[str, object]]:
        for _ in range(count):
            began = self._now - timedelta(days=DAYS * self._random.random())
            turns = self._random.choice((1, 1, 2, 2, 2, 4))
            conversation = self._make_id()
            yield {
                "_": conversations, "id": conversation, "door": "chat", "widget": "", "turns": turns,
                "began_at": began, "last_at": began,
            }  # fmt: skip
            for turn in range(turns):
                yield from self._make_answer(conversation, began + timedelta(seconds=40 * turn), counts)

    def _make_answer(
        self, conversation: str, at: datetime, counts: Counter[tuple[object, Subject, str]]
    ) -> Iterator[dict[str, object]]:
        place = self._random.randrange(len(self._made))
        record, answer_id = self._made[place], self._make_id()
        answer, trace = record.answer, record.answer.trace
        taken = sum(trace.milliseconds.values()) * self._random.lognormvariate(0, 0.4)
        yield {
            "_": answers, "id": answer_id, "conversation_id": conversation, "at": at, "day": at.date(),
            "question": record.question, "kind": answer.kind, "composer": answer.composer,
            "route": trace.triage.route if trace.triage else "", "rule": trace.triage.rule if trace.triage else "",
            "failure": "", "dropped": sum(finding.outcome != "supported" for finding in trace.findings),
            "milliseconds": taken,
        }  # fmt: skip
        shown = {**record.shown, "id": answer_id}
        yield {"_": replies, "answer_id": answer_id, "shown": shown, "trace": self._traces[place], "earlier": []}
        [rating] = self._random.choices(list(RATINGS), list(RATINGS.values()))
        timed = replace(trace, milliseconds={"line": taken})
        counts.update(
            (tally.day, tally.subject, tally.name)
            for tally in count_answer(replace(record, at=at, answer=replace(answer, trace=timed)))
        )
        if rating:
            yield {"_": feedback, "answer_id": answer_id, "rating": rating, "words": "It is so.", "given_at": at}
            counts[at.date(), "rating", rating] += 1

    def _make_id(self) -> str:
        return UUID(int=self._random.getrandbits(128)).hex

    def _add_tallies(self, counts: Counter[tuple[object, Subject, str]]) -> None:
        tallies = [DailyCount(day, subject, name, count) for (day, subject, name), count in counts.items()]  # type: ignore[arg-type]
        with self._database.write() as connection:
            for start in range(0, len(tallies), AT_ONCE):
                add_daily_counts(connection, tallies[start : start + AT_ONCE])


def fill_audit(database: Database, count: int) -> None:
    """A log as long as there are conversations, and right to the last hash."""
    rows, previous, began = [], BEGINNING, datetime.now(UTC) - timedelta(days=DAYS)
    for number in range(1, count + 1):
        who, action = f"staff{number % 12}", ("conversation.seen", "queue.closed", "sign-in.done")[number % 3]
        event = AuditEvent(began + timedelta(days=DAYS) * number / count, who, action, f"{number:032x}", "as usual")
        digest = digest_row(number, event, previous)
        words = {"who": who, "action": action, "target": event.target, "detail": event.detail}
        rows.append({"number": number, "at": event.at, "previous": previous, "digest": digest, **words})
        previous = digest
    with database.write() as connection:
        for start in range(0, count, AT_ONCE):
            connection.execute(insert(audit), rows[start : start + AT_ONCE])
        connection.execute(update(audit_head).values(count=count, digest=previous))


def fill_answers(database: Database, count: int) -> None:
    """One in five hundred questions has an approved answer of its own, of three versions."""
    from datetime import date

    from isletbot.curation.staff_answers import AnswerVersion, AnswerWording
    from isletbot.finding_reasons import Reason
    from isletbot.storage.sql_staff_answers import SqlStaffAnswers
    from isletbot.types import Finding, Quote, Sentence

    store, now = SqlStaffAnswers(database), datetime.now(UTC)
    say = ("Zimislecel is made of stem cells. [nejm-2025#independence]",)
    quote = Quote("k", "stem cells", 0, 10)
    found = (
        Finding(Sentence("Zimislecel is made of stem cells.", (quote,)), "supported", Reason("other", "its own words")),
    )
    for number in range(count // 500):
        for version in (1, 2, 3):
            wording = AnswerWording((f"What about number {number}?",), say, "anna", date(2027, 11, 20))
            kept = AnswerVersion(f"answer-{number:06x}", version, wording, found, "bert", now, "why")
            (store.begin_answer if version == 1 else store.save_version)(kept)


def fill_queue(database: Database, count: int) -> None:
    """One in ten questions is an open thing of the queue; alike ones stand together in tens."""
    import numpy as np
    from sqlalchemy import select

    from isletbot.curation.queue import GroupingFeatures, QueueItem
    from isletbot.storage.sql_queue_intake import SqlQueueIntake

    with database.read() as connection:
        rows = connection.execute(select(answers.c.id, answers.c.question).limit(count // 10)).all()
    now, intake = datetime.now(UTC), SqlQueueIntake(database, notifies=False)
    meaning = GroupingFeatures(np.ones(384, dtype=np.float32) / 384**0.5, {})
    items = [
        (QueueItem(f"declined:{row.id}", "declined", row.question, "", now, "", row.id), meaning, f"{n // 10:032x}")
        for n, row in enumerate(rows)
    ]
    for start in range(0, len(items), 500):
        intake.keep(items[start : start + 500], now)


FILLERS: tuple[Callable[[Database, int], None], ...] = (fill_audit, fill_answers, fill_queue)
