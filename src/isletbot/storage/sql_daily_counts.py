"""Counts by day: added in the transaction that keeps what they count, read by subject and range of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from isletbot.curation.daily_counts import DailyCount, Subject
from isletbot.storage.database import Database
from isletbot.storage.tables import tallies


def add_daily_counts(connection: Connection, added: Iterable[DailyCount]) -> None:
    """Last in its transaction: until it ends, others that add to the same counts wait. Always in the same order, so
    that no two wait for one another."""
    rows = [
        {"subject": tally.subject, "day": tally.day, "name": tally.name, "count": tally.count}
        for tally in sorted(added, key=lambda tally: (tally.subject, tally.day, tally.name))
    ]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(tallies).values(rows)
    grown = {"count": tallies.c.count + adding.excluded.count}
    connection.execute(adding.on_conflict_do_update(index_elements=["subject", "day", "name"], set_=grown))


class SqlDailyCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_tallies(self, subject: Subject, since: date) -> tuple[DailyCount, ...]:
        """By day, the oldest first."""
        found = (
            select(tallies.c.day, tallies.c.subject, tallies.c.name, tallies.c.count)
            .where(tallies.c.subject == subject, tallies.c.day >= since, tallies.c.count > 0)
            .order_by(tallies.c.day, tallies.c.name)
        )
        with self._database.read() as connection:
            return tuple(DailyCount(*row) for row in connection.execute(found))

    def rank_names(self, subject: Subject, since: date, limit: int) -> tuple[tuple[str, int], ...]:
        """The most frequent first."""
        often = func.sum(tallies.c.count)
        found = (
            select(tallies.c.name, often)
            .where(tallies.c.subject == subject, tallies.c.day >= since, tallies.c.count > 0)
            .group_by(tallies.c.name)
            .order_by(often.desc(), tallies.c.name)
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple((name, int(count)) for name, count in connection.execute(found))
