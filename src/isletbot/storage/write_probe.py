"""Whether the records take a write now. Waits half a second for a lock, changes nothing, and keeps no connection."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from isletbot.errors import RecordsError
from isletbot.storage.database import read_url

_WAIT_SECONDS = 0.5


def check_writable(url: str | None, data_dir: Path) -> str:
    """Raises RecordsError for records that are locked, read-only or away."""
    address = read_url(url, data_dir)
    name = address.render_as_string(hide_password=True)
    try:
        if address.drivername == "sqlite":
            path = Path(str(address.database))
            if path.exists():
                _begin_sqlite(path)
        else:
            _begin_postgres(address)
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        cause = (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
        raise RecordsError(f"The records at {name} take no write: {cause}.") from None
    return name


def _begin_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


def _begin_postgres(address: URL) -> None:
    engine = create_engine(address, connect_args={"connect_timeout": 1, "options": "-c statement_timeout=500"})
    try:
        with engine.connect() as connection:
            if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
                raise RecordsError(f"The records at {address.render_as_string(hide_password=True)} are read-only.")
    finally:
        engine.dispose()
