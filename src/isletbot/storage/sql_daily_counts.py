"""This module adds to the daily counts in the transaction that stores what they count, and reads them by subject and
days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from isletbot.curation.daily_counts import DailyCount, Subject
from isletbot.storage.database import Database
from isletbot.storage.tables import tallies


def add_daily_counts(connection: Connection, added: Iterable[DailyCount]) -> None:
    """Adds to the counts, last in the transaction: until it ends, others that add to the same counts wait. The order is
    always the same, so that no two transactions wait for one another."""
    rows = [
        {"subject": entry.subject, "day": entry.day, "name": entry.name, "count": entry.count}
        for entry in sorted(added, key=lambda entry: (entry.subject, entry.day, entry.name))
    ]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(tallies).values(rows)
    grown = {"count": tallies.c.count + adding.excluded.count}
    connection.execute(adding.on_conflict_do_update(index_elements=["subject", "day", "name"], set_=grown))


class SqlDailyCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_counts(self, subject: Subject, since: date) -> tuple[DailyCount, ...]:
        """Lists the oldest day first."""
        found = (
            select(tallies.c.day, tallies.c.subject, tallies.c.name, tallies.c.count)
            .where(tallies.c.subject == subject, tallies.c.day >= since, tallies.c.count > 0)
            .order_by(tallies.c.day, tallies.c.name)
        )
        with self._database.read() as connection:
            return tuple(DailyCount(*row) for row in connection.execute(found))

    def rank_names(self, subject: Subject, since: date, limit: int) -> tuple[tuple[str, int], ...]:
        """Lists the most frequent first."""
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
