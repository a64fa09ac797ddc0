"""The records hold the audit log. The database itself refuses to change or delete a row."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, insert, or_, select, text, update

from isletbot.curation.audit import NO_ROWS, AuditEvent, AuditFilter, AuditRow, ChainAnchor, digest_row
from isletbot.storage.database import Database
from isletbot.storage.staff_tables import audit, audit_head

_log = logging.getLogger(__name__)
_LOCK = 0x15_1E7A0D
"""The key of PostgreSQL's advisory lock: one replica appends one row at a time."""
_LONGEST = {"who": 64, "action": 64, "target": 200, "detail": 4_000}
_AT_ONCE = 1_000


class SqlAuditLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, event: AuditEvent) -> AuditRow:
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            count, previous = connection.execute(select(audit_head.c.count, audit_head.c.digest)).one()
            number, event = count + 1, _shorten_event(event)
            digest = digest_row(number, event, previous)
            words = {name: getattr(event, name) for name in _LONGEST}
            row = {"number": number, "at": event.at, "previous": previous, "digest": digest, **words}
            connection.execute(insert(audit).values(**row))
            connection.execute(update(audit_head).values(count=number, digest=digest))
        # Logs usually go to another machine: there, this line is a witness of the row.
        _log.info("audit %d:%s", number, digest)
        return AuditRow(number, event, previous, digest)

    def list_rows(self, filters: AuditFilter, limit: int, before: int = 0) -> tuple[AuditRow, ...]:
        rules = [*_list_conditions(filters), *([audit.c.number < before] if before else [])]
        query = select(audit).where(*rules).order_by(audit.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_read_row(found) for found in connection.execute(query))

    def count_rows(self, filters: AuditFilter) -> int:
        query = select(func.count()).select_from(audit).where(*_list_conditions(filters))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def everything(self) -> Iterator[AuditRow]:
        with self._database.read() as connection:
            found = connection.execution_options(yield_per=_AT_ONCE).execute(select(audit).order_by(audit.c.number))
            yield from map(_read_row, found)

    def head(self) -> ChainAnchor:
        with self._database.read() as connection:
            found = connection.execute(select(audit_head.c.count, audit_head.c.digest)).first()
            return ChainAnchor(*found) if found else NO_ROWS


def _list_conditions(filters: AuditFilter) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if filters.who:
        rules.append(audit.c.who == filters.who)
    if filters.action:
        is_group = audit.c.action.startswith(f"{filters.action}.", autoescape=True)
        rules.append(or_(audit.c.action == filters.action, is_group))
    if filters.since:
        rules.append(audit.c.at >= filters.since)
    if filters.until:
        rules.append(audit.c.at < filters.until)
    if filters.words:
        among = (column.icontains(filters.words, autoescape=True) for column in (audit.c.target, audit.c.detail))
        rules.append(or_(*among))
    return rules


def _shorten_event(event: AuditEvent) -> AuditEvent:
    """Cuts the texts to the width of their columns and replaces NUL, which PostgreSQL does not store."""
    words = {name: getattr(event, name).replace("\0", "\N{REPLACEMENT CHARACTER}") for name in _LONGEST}
    return AuditEvent(event.at, **{name: text[: _LONGEST[name]] for name, text in words.items()})


def _read_row(found: object) -> AuditRow:
    names = ("at", "who", "action", "target", "detail")
    event = AuditEvent(*(getattr(found, name) for name in names))
    return AuditRow(found.number, event, found.previous, found.digest)  # type: ignore[attr-defined]
