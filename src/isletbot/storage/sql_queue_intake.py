"""This module finds new records feed by feed, stores them as items of the queue with their groups, and takes reports of
other rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, Row, Select, delete, exists, insert, literal, select, update

from isletbot.curation.grouping import LOOKED_AT
from isletbot.curation.queue import GroupingFeatures, ItemKind, KnownGroup, QueueItem, reopens_group
from isletbot.storage.database import Database
from isletbot.storage.queue_tables import groups, items, marks, notices
from isletbot.storage.sql_conversations import insert_or_ignore
from isletbot.storage.sql_queue import rank_first
from isletbot.storage.tables import answers, feedback, handoffs, replies

_LEASE = timedelta(minutes=2)
"""A server that died left a turn behind that is not ended by then."""
_OVERLAP = timedelta(minutes=10)
"""The time by which a record may be stored after the moment it is dated."""
_TURN = "turn"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class SqlQueueIntake:
    def __init__(self, database: Database, *, notifies: bool = False) -> None:
        """`notifies` says whether the webhook must be told of unsafe marks."""
        self._database = database
        self._notifies = notifies

    def take_turn(self, now: datetime) -> bool:
        """Takes the turn; returns False while another server has it."""
        with self._database.write() as connection:
            connection.execute(insert_or_ignore(connection, marks).values(name=_TURN, at=_EPOCH))
            free = (marks.c.name == _TURN) & (marks.c.at <= now)
            return connection.execute(update(marks).where(free).values(at=now + _LEASE)).rowcount == 1

    def end_turn(self) -> None:
        with self._database.write() as connection:
            connection.execute(update(marks).where(marks.c.name == _TURN).values(at=_EPOCH))

    def find_new(self, limit: int) -> tuple[QueueItem, ...]:
        """Lists records that are no items yet, oldest first of each kind. A handoff is not redacted yet."""
        with self._database.read() as connection:
            reached = {row.name: row.at for row in connection.execute(select(marks))}
            found = [item for feed in _FEEDS for item in _read_feed(connection, feed, reached.get(feed, _EPOCH), limit)]
        return tuple(found[:limit])

    def list_known(self) -> tuple[KnownGroup, ...]:
        """Lists the groups that were made by meaning."""
        first = rank_first(items.c.vector.is_not(None))
        told = select(items.c.group_id, items.c.vector, items.c.found).join(first, first.c.id == items.c.id)
        told = told.where(first.c.place <= LOOKED_AT)
        with self._database.read() as connection:
            rows = connection.execute(select(groups).where(groups.c.topic.is_(None))).all()
            members: dict[str, list[GroupingFeatures]] = {row.id: [] for row in rows}
            for item in connection.execute(told):
                members[item.group_id].append(GroupingFeatures(_read_vector(item.vector), item.found))
        return tuple(KnownGroup(row.id, row.state, row.ending, tuple(members[row.id])) for row in rows)

    def keep(self, found: Sequence[tuple[QueueItem, GroupingFeatures | None, str]], now: datetime) -> None:
        """Stores each item with its group, and makes a group whose id is new."""
        with self._database.write() as connection:
            for item, meaning, group_id in found:
                _keep_item(connection, item, meaning, group_id)
                if item.kind == "unsafe" and self._notifies:
                    due = {"item_id": item.id, "status": "waiting", "attempts": 0, "due_at": now, "failure": ""}
                    connection.execute(insert_or_ignore(connection, notices).values(**due))
                _set_mark(connection, item)

    def tidy(self) -> None:
        """Deletes groups whose every item was deleted, unless staff worked on them."""
        held = exists().where(items.c.group_id == groups.c.id)
        used = (groups.c.answer_id != "") | (groups.c.source_wanted != "")
        with self._database.write() as connection:
            connection.execute(delete(groups).where(~held, ~used))

    def report(self, item: QueueItem) -> None:
        """Adds an item to the group of its topic; an item reported before stays as it is."""
        with self._database.write() as connection:
            _keep_item(connection, item, None, "")

    def close_answered(self, group_id: str, answer_id: str) -> None:
        """Closes a group that a live approved answer settles."""
        values = {"state": "closed", "ending": "answered", "answer_id": answer_id}
        grown = groups.c.revision + 1
        with self._database.write() as connection:
            connection.execute(update(groups).where(groups.c.id == group_id).values(**values, revision=grown))

    def answer_left(self, answer_id: str, text: str, why: str, at: datetime) -> None:
        """Reopens the group that a withdrawn answer had closed, or opens a group for that answer."""
        item = QueueItem(f"left:{answer_id}:{at:%Y%m%dT%H%M%S}"[:80], "left", text, why, at, f"answer:{answer_id}")
        with self._database.write() as connection:
            closed = select(groups.c.id).where(groups.c.answer_id == answer_id)
            found = connection.execute(closed).scalars().first()
            _keep_item(connection, item, None, found or "")


_FEEDS: dict[str, ItemKind] = {
    "unsafe": "unsafe",
    "wrong": "wrong",
    "declined": "declined",
    "unverified": "unverified",
    "handoff": "handoff",
}


def _select_feed(feed: str) -> tuple[Select[Any], Any]:
    """Selects the records of a feed and the column of their moment."""
    asked = select(answers.c.id, answers.c.question, answers.c.at, answers.c.failure, replies.c.trace)
    asked = asked.join(replies, replies.c.answer_id == answers.c.id)
    if feed in ("unsafe", "wrong"):
        rated = asked.add_columns(feedback.c.words, feedback.c.given_at)
        rated = rated.join(feedback, feedback.c.answer_id == answers.c.id)
        return rated.where(feedback.c.rating == feed), feedback.c.given_at
    if feed == "declined":
        return asked.where(answers.c.kind == "not_in_corpus"), answers.c.at
    if feed == "unverified":
        return asked.where(answers.c.dropped > 0, answers.c.kind != "not_in_corpus"), answers.c.at
    return select(handoffs.c.id, handoffs.c.question, handoffs.c.asked_at), handoffs.c.asked_at


def _read_feed(connection: Connection, feed: str, reached: datetime, limit: int) -> Iterator[QueueItem]:
    query, at = _select_feed(feed)
    own = handoffs.c.id if feed == "handoff" else answers.c.id
    known = exists().where(items.c.id == literal(f"{feed}:") + own)
    for row in connection.execute(query.where(at > reached - _OVERLAP, ~known).order_by(at, own).limit(limit)):
        yield _read_record(feed, row)


def _read_record(feed: str, row: Row[Any]) -> QueueItem:
    kind, name = _FEEDS[feed], f"{feed}:{row.id}"
    if feed == "handoff":
        return QueueItem(name, kind, row.question, "", row.asked_at, f"handoff:{row.id}", handoff_id=row.id)
    if feed in ("unsafe", "wrong"):
        detail, at = row.words, row.given_at
    else:
        detail, at = _say_findings(row), row.at
    found = {key: float(score) for key, score in row.trace.get("found", ())}
    return QueueItem(name, kind, row.question, detail, at, answer_id=row.id, found=found)


def _say_findings(row: Row[Any]) -> str:
    if row.failure:
        return f"A step failed: {row.failure}"
    failed = [finding for finding in row.trace.get("findings", ()) if finding["outcome"] != "supported"]
    return "\n".join(f"{finding['sentence']['text']} ({finding['outcome']}: {finding['reason']})" for finding in failed)


def _keep_item(connection: Connection, item: QueueItem, meaning: GroupingFeatures | None, group_id: str) -> None:
    group = _open_group(connection, item, group_id)
    row = {name: getattr(item, name) for name in ("id", "kind", "text", "detail", "at")}
    kept = insert_or_ignore(connection, items).values(
        **row,
        group_id=group.id,
        answer_id=item.answer_id or None,
        handoff_id=item.handoff_id or None,
        found=dict(item.found) if meaning else {},
        vector=meaning.vector.astype(np.float16).tobytes() if meaning else None,
    )
    if connection.execute(kept).rowcount and reopens_group(item.kind, group.state, group.ending):
        state = "assigned" if group.assignee else "open"
        back = {"state": state, "ending": "", "snoozed_until": None, "revision": groups.c.revision + 1}
        connection.execute(update(groups).where(groups.c.id == group.id).values(**back))


def _open_group(connection: Connection, item: QueueItem, group_id: str) -> Row[Any]:
    mine = groups.c.id == group_id if group_id else groups.c.topic == item.topic
    found = connection.execute(select(groups).where(mine)).first()
    if found is None:
        row = {"id": group_id or uuid4().hex, "topic": None if group_id else item.topic, "state": "open"}
        empty = {"assignee": "", "ending": "", "answer_id": "", "source_wanted": "", "revision": 1}
        connection.execute(insert(groups).values(**row, **empty))
        found = connection.execute(select(groups).where(groups.c.id == row["id"])).one()
    return found


def _set_mark(connection: Connection, item: QueueItem) -> None:
    feed = item.id.partition(":")[0]
    connection.execute(insert_or_ignore(connection, marks).values(name=feed, at=item.at))
    further = (marks.c.name == feed) & (marks.c.at < item.at)
    connection.execute(update(marks).where(further).values(at=item.at))


def _read_vector(stored: bytes) -> Any:
    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)
