"""This module stores replies, the history of a session, idempotency keys and feedback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from isletbot.curation.daily_counts import DailyCount, count_answer
from isletbot.curation.records import AnswerRecord, IdempotencyClaim, Rating, SessionGone, StoredExchange
from isletbot.storage.answer_tables import answer_uses
from isletbot.storage.database import Database
from isletbot.storage.sql_daily_counts import add_daily_counts
from isletbot.storage.stored_findings import finding_to_json
from isletbot.storage.tables import answers, conversations, feedback, idempotency, replies, sessions
from isletbot.types import Trace

_STALE = timedelta(minutes=5)
"""A server that died left a key behind that is claimed for longer than any reply takes."""


class SqlConversations:
    database: Database

    def keep_answer(self, record: AnswerRecord) -> None:
        """Stores the answer, durable on return. Raises SessionGone."""
        with self.database.write() as connection:
            conversation = (
                _continue_conversation(connection, record)
                if record.session_id
                else _begin_conversation(connection, record)
            )
            connection.execute(insert(answers).values(conversation_id=conversation, **_make_answer_row(record)))
            connection.execute(
                insert(replies).values(
                    answer_id=record.answer.id,
                    shown=dict(record.shown),
                    trace=trace_to_json(record.answer.trace),
                    earlier=[{"role": turn.role, "content": turn.content} for turn in record.earlier],
                )
            )
            for approved in record.answer.trace.approved:
                use = {"answer_id": record.answer.id, "approved_id": approved, "at": record.at}
                connection.execute(insert(answer_uses).values(**use))
            if record.claim:
                settle = update(idempotency).where(idempotency.c.claim == record.claim)
                connection.execute(settle.values(answer_id=record.answer.id))
            add_daily_counts(connection, count_answer(record))

    def holds_answer(self, answer_id: str) -> bool:
        with self.database.read() as connection:
            return connection.execute(select(answers.c.id).where(answers.c.id == answer_id)).first() is not None

    def read_history(self, session_id: str) -> tuple[StoredExchange, ...]:
        """Lists the oldest exchange first."""
        rows = (
            select(answers.c.question, replies.c.shown)
            .join(replies, replies.c.answer_id == answers.c.id)
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .where(conversations.c.session_id == session_id)
            .order_by(answers.c.at, answers.c.id)
        )
        with self.database.read() as connection:
            return tuple(StoredExchange(question, shown) for question, shown in connection.execute(rows))

    def claim_key(self, claim: str, body_digest: str, now: datetime) -> IdempotencyClaim | None:
        """Claims a key and returns None when it was free; a reply settles it, or `release_key` frees it."""
        with self.database.write() as connection:
            left_behind = idempotency.c.answer_id.is_(None) & (idempotency.c.begun_at < now - _STALE)
            connection.execute(delete(idempotency).where(idempotency.c.claim == claim, left_behind))
            taken = _make_insert(connection, idempotency).values(claim=claim, body_digest=body_digest, begun_at=now)
            if connection.execute(taken.on_conflict_do_nothing().returning(idempotency.c.claim)).first():
                return None
            found = connection.execute(
                select(idempotency.c.body_digest, replies.c.shown)
                .outerjoin(replies, replies.c.answer_id == idempotency.c.answer_id)
                .where(idempotency.c.claim == claim)
            ).one()
            return IdempotencyClaim(found.body_digest, found.shown)

    def release_key(self, claim: str) -> None:
        with self.database.write() as connection:
            unsettled = idempotency.c.answer_id.is_(None)
            connection.execute(delete(idempotency).where(idempotency.c.claim == claim, unsettled))

    def rate_answer(self, answer_id: str, session_id: str, rating: Rating, words: str, now: datetime) -> bool:
        """Stores a rating in place of any earlier one. Returns False when this session (or, with none, no session) got
        no such answer."""
        given = (
            select(answers.c.id)
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .where(answers.c.id == answer_id, conversations.c.session_id.is_not_distinct_from(session_id or None))
        )
        row = {"rating": rating, "words": words, "given_at": now}
        with self.database.write() as connection:
            if connection.execute(given).first() is None:
                return False
            mine = feedback.c.answer_id == answer_id
            before = connection.execute(select(feedback.c.rating, feedback.c.given_at).where(mine)).first()
            rated = _make_insert(connection, feedback).values(answer_id=answer_id, **row)
            connection.execute(rated.on_conflict_do_update(index_elements=["answer_id"], set_=row))
            add_daily_counts(connection, _count_rating(rating, now, before))
            return True


def _count_rating(rating: Rating, now: datetime, before: Any) -> list[DailyCount]:
    """Counts the new rating and takes back the count of an earlier one."""
    counts = Counter({(now.date(), str(rating)): 1})
    if before:
        counts[before.given_at.date(), before.rating] -= 1
    return [DailyCount(day, "rating", name, count) for (day, name), count in counts.items()]


def _begin_conversation(connection: Connection, record: AnswerRecord) -> str:
    """Opens a conversation of one reply for a caller that keeps its own history."""
    row = {"id": uuid4().hex, "door": record.channel, "widget": "", "turns": 1}
    connection.execute(insert(conversations).values(**row, began_at=record.at, last_at=record.at))
    return str(row["id"])


def _continue_conversation(connection: Connection, record: AnswerRecord) -> str:
    seen = update(sessions).where(sessions.c.id == record.session_id).values(seen_at=record.at)
    connection.execute(seen)  # first, so that nobody deletes the session meanwhile
    mine = conversations.c.session_id == record.session_id
    grown = update(conversations).where(mine).values(last_at=record.at, turns=conversations.c.turns + 1)
    found = connection.execute(grown.returning(conversations.c.id)).scalar_one_or_none()
    if found is None:
        raise SessionGone(record.session_id)
    return str(found)


def _make_answer_row(record: AnswerRecord) -> Mapping[str, object]:
    answer, trace = record.answer, record.answer.trace
    return {
        "id": answer.id,
        "at": record.at,
        "day": record.at.date(),
        "question": record.question,
        "kind": answer.kind,
        "composer": answer.composer,
        "route": trace.triage.route if trace.triage else "",
        "rule": trace.triage.rule[:100] if trace.triage else "",
        "failure": trace.failure[:200],
        "dropped": sum(finding.outcome != "supported" for finding in trace.findings),
        "milliseconds": round(sum(trace.milliseconds.values()), 3),
    }


def trace_to_json(trace: Trace) -> dict[str, Any]:
    """Returns every field by its name, with tuples as lists."""
    fields = {name: getattr(trace, name) for name in Trace.__dataclass_fields__}
    return {
        **fields,
        "triage": asdict(trace.triage) if trace.triage else None,
        "query": asdict(trace.query) if trace.query else None,
        "findings": [finding_to_json(finding) for finding in trace.findings],
        "milliseconds": dict(trace.milliseconds),
        "versions": dict(trace.versions),
    }


def _make_insert(connection: Connection, table: Any) -> Any:
    """Makes an INSERT … ON CONFLICT, for which each of the two databases has its own form."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def insert_or_ignore(connection: Connection, table: Any) -> Any:
    """Makes an INSERT that leaves a row with the same key as it is."""
    return _make_insert(connection, table).on_conflict_do_nothing()
