"""Opens the records by URL as one store and checks them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from isletbot.storage.database import Database, read_url
from isletbot.storage.sql_conversations import SqlConversations
from isletbot.storage.sql_handoffs import SqlHandoffs
from isletbot.storage.sql_retention import SqlRetention
from isletbot.storage.sql_sessions import SqlSessions
from isletbot.storage.tables import conversations


class SqlRecords(SqlSessions, SqlConversations, SqlHandoffs, SqlRetention):
    """The store of everything that people ask, in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, url: str | None, data_dir: Path) -> SqlRecords:
        """Makes the database or migrates it. Raises RecordsError."""
        return cls(Database(read_url(url, data_dir)))

    @staticmethod
    def describe(url: str | None, data_dir: Path) -> str:
        """Describes existing records as `check` does, without making or changing any. Raises RecordsError."""
        address = read_url(url, data_dir)
        if address.drivername == "sqlite" and not Path(str(address.database)).exists():
            return "none yet: the server makes them when it starts"
        records = SqlRecords(Database(address, migrate=False))
        try:
            return records.check()
        finally:
            records.close()

    def check(self) -> str:
        """Describes the store and how much it holds. Raises RecordsError when it cannot be used."""
        with self.database.read() as connection:
            held = connection.execute(select(func.count()).select_from(conversations)).scalar_one()
        return f"{held} conversations, {self.database.name}"

    def close(self) -> None:
        self.database.close()
