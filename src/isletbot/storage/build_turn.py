"""This module lets one replica at a time build the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from isletbot.errors import RecordsError
from isletbot.storage.database import Database, read_url

_LOCK = 0x15_1E7B08
"""The key of PostgreSQL's advisory lock; the migrations have the one before."""


@contextmanager
def take_build_turn(records_url: str | None, data_dir: Path) -> Iterator[None]:
    """Waits for other builders on the same PostgreSQL, which takes the lock from a builder that was killed.

    With SQLite it waits for nobody: builders of one machine wait at the lock file of their index, and those of two
    machines both build, which costs time and harms nothing.
    """
    url = read_url(records_url, data_dir)
    if url.drivername == "sqlite":
        yield
        return
    with closing(Database(url, migrate=False)) as database:
        try:
            connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        except SQLAlchemyError as error:
            cause = (str(getattr(error, "orig", None) or type(error).__name__).splitlines() or [""])[0]
            raise RecordsError(f"The records at {database.name} give no turn to build: {cause}.") from None
        try:
            yield
        finally:
            connection.invalidate()  # closed for good, and the lock with it, not kept in the pool
            connection.close()
