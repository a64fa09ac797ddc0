"""This module lists, reads and changes the groups of the staff's queue in the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, insert, or_, select, update

from isletbot.curation.queue import (
    KINDS,
    WEEK,
    EditConflict,
    GroupChange,
    GroupNote,
    QueueFilter,
    QueueGroup,
    QueueItem,
    StaffCase,
    Trend,
)
from isletbot.storage.database import Database
from isletbot.storage.queue_tables import groups, items, notes, staff_cases
from isletbot.storage.tables import handoffs

_ITEM = ("id", "kind", "text", "detail", "at", "answer_id", "handoff_id")
_GRAVEST = case(*((items.c.kind == kind, place) for place, kind in enumerate(KINDS)), else_=len(KINDS))


class SqlQueue:
    def __init__(self, database: Database) -> None:
        self.database = database

    def list_groups(self, filters: QueueFilter, now: datetime, limit: int, skip: int = 0) -> tuple[QueueGroup, ...]:
        counted = _count_items(now)
        order = (*_order_by_gravity(counted), counted.c.this_week.desc(), counted.c.last_at.desc(), groups.c.id)
        query = (
            _select_groups(counted).where(*_list_conditions(filters, now)).order_by(*order).limit(limit).offset(skip)
        )
        with self.database.read() as connection:
            return _read_groups(connection, connection.execute(query).all(), now)

    def count_groups(self, filters: QueueFilter, now: datetime) -> int:
        query = select(func.count()).select_from(groups).where(*_list_conditions(filters, now))
        with self.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def find_group(self, group_id: str, now: datetime) -> QueueGroup | None:
        query = _select_groups(_count_items(now, group_id)).where(groups.c.id == group_id)
        with self.database.read() as connection:
            found = _read_groups(connection, connection.execute(query).all(), now)
            return found[0] if found else None

    def list_items(self, group_id: str, limit: int) -> tuple[QueueItem, ...]:
        columns = [items.c[name] for name in _ITEM]
        query = select(*columns).where(items.c.group_id == group_id).order_by(_GRAVEST, items.c.at.desc()).limit(limit)
        with self.database.read() as connection:
            return tuple(_read_item(row) for row in connection.execute(query))

    def list_notes(self, group_id: str) -> tuple[GroupNote, ...]:
        query = select(notes.c.who, notes.c.at, notes.c.text).where(notes.c.group_id == group_id).order_by(notes.c.at)
        with self.database.read() as connection:
            return tuple(GroupNote(*row) for row in connection.execute(query))

    def change_group(self, group_id: str, change: GroupChange, revision: int) -> None:
        """Changes a group. Raises EditConflict when it has another revision by now."""
        fields = {name: getattr(change, name) for name in GroupChange.__dataclass_fields__}
        values = {name: value for name, value in fields.items() if value is not None}
        mine = (groups.c.id == group_id) & (groups.c.revision == revision)
        with self.database.write() as connection:
            done = connection.execute(update(groups).where(mine).values(**values, revision=revision + 1))
            if not done.rowcount:
                raise EditConflict(group_id)

    def add_note(self, group_id: str, note: GroupNote) -> None:
        row = {"id": uuid4().hex, "group_id": group_id, "who": note.who, "at": note.at, "text": note.text}
        with self.database.write() as connection:
            connection.execute(insert(notes).values(**row))

    def add_case(self, case: StaffCase) -> None:
        row = {name: getattr(case, name) for name in StaffCase.__dataclass_fields__}
        with self.database.write() as connection:
            connection.execute(insert(staff_cases).values(**{**row, "must": list(case.must)}))

    def list_cases(self, group_id: str = "") -> tuple[StaffCase, ...]:
        columns = [staff_cases.c[name] for name in StaffCase.__dataclass_fields__]
        query = select(*columns).order_by(staff_cases.c.at, staff_cases.c.id)
        query = query.where(staff_cases.c.group_id == group_id) if group_id else query
        with self.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(StaffCase(**{**row, "must": tuple(row["must"])}) for row in rows)

    def read_contact(self, handoff_id: str) -> tuple[str, str] | None:
        query = select(handoffs.c.question, handoffs.c.contact).where(handoffs.c.id == handoff_id)
        with self.database.read() as connection:
            row = connection.execute(query).first()
            return (row.question, row.contact) if row else None


def _count_items(now: datetime, group_id: str = "") -> Any:
    """Counts by group the items of each kind, of this week and of the week before, with the first and last moment."""

    def many(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    at, begun = items.c.at, now - WEEK
    query = select(
        items.c.group_id,
        *(many(items.c.kind == kind).label(kind) for kind in KINDS),
        many(at > begun).label("this_week"),
        many((at > begun - WEEK) & (at <= begun)).label("last_week"),
        func.min(at).label("first_at"),
        func.max(at).label("last_at"),
    ).group_by(items.c.group_id)
    return (query.where(items.c.group_id == group_id) if group_id else query).subquery()


def _order_by_gravity(counted: Any) -> tuple[ColumnElement[Any], ...]:
    """Orders a person who waits first, the longest waiting before the others; then what was marked unsafe or wrong."""
    waits = func.coalesce(counted.c.handoff, 0) > 0
    marked = (func.coalesce(counted.c[kind], 0) > 0 for kind in ("unsafe", "wrong"))
    return (waits.desc(), case((waits, counted.c.first_at)), *(one.desc() for one in marked))


def _select_groups(counted: Any) -> Select[Any]:
    columns = [column for column in counted.c if column.name != "group_id"]
    return select(groups, *columns).outerjoin(counted, counted.c.group_id == groups.c.id)


def _list_conditions(filters: QueueFilter, now: datetime) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    sleeps = (groups.c.state == "snoozed") & (groups.c.snoozed_until > now)
    if filters.state == "waiting":
        rules += [groups.c.state != "closed", ~sleeps]
    elif filters.state == "snoozed":
        rules.append(sleeps)
    elif filters.state:
        rules.append(groups.c.state == filters.state)
    if filters.kind:
        rules.append(groups.c.id.in_(select(items.c.group_id).where(items.c.kind == filters.kind)))
    if filters.assignee:
        rules.append(groups.c.assignee == filters.assignee)
    if filters.answered:
        rules.append(groups.c.ending == "answered")
    if filters.source_wanted:
        rules.append(groups.c.source_wanted != "")
    if filters.words:
        among = (column.icontains(filters.words, autoescape=True) for column in (items.c.text, items.c.detail))
        rules.append(groups.c.id.in_(select(items.c.group_id).where(or_(*among))))
    return rules


def _read_groups(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> tuple[QueueGroup, ...]:
    titles = _find_titles(connection, [row.id for row in rows])
    return tuple(_read_group(row, titles.get(row.id, ""), now) for row in rows)


def _find_titles(connection: Connection, group_ids: Sequence[str]) -> dict[str, str]:
    """Finds the oldest stored text of each group."""
    if not group_ids:
        return {}
    first = rank_first(items.c.group_id.in_(group_ids))
    query = select(items.c.group_id, items.c.text).join(first, first.c.id == items.c.id).where(first.c.place == 1)
    return {row.group_id: row.text for row in connection.execute(query)}


def rank_first(condition: ColumnElement[bool]) -> Any:
    """Ranks items within their group, the oldest first."""
    place = func.row_number().over(partition_by=items.c.group_id, order_by=(items.c.at, items.c.id))
    return select(items.c.id, place.label("place")).where(condition).subquery()


def _read_group(row: Row[Any], title: str, now: datetime) -> QueueGroup:
    state, until = row.state, row.snoozed_until
    if state == "snoozed" and until and until <= now:
        state, until = ("assigned" if row.assignee else "open"), None
    fields = row._mapping
    return QueueGroup(
        id=row.id,
        title=title,
        topic=row.topic or "",
        state=state,
        assignee=row.assignee,
        snoozed_until=until,
        ending=row.ending,
        answer_id=row.answer_id,
        source_wanted=row.source_wanted,
        revision=row.revision,
        counts={kind: int(fields[kind]) for kind in KINDS if fields[kind]},
        first_at=row.first_at,
        last_at=row.last_at,
        trend=Trend(int(row.this_week or 0), int(row.last_week or 0)),
    )


def _read_item(row: Row[Any]) -> QueueItem:
    return QueueItem(row.id, row.kind, row.text, row.detail, row.at, "", row.answer_id or "", row.handoff_id or "")
