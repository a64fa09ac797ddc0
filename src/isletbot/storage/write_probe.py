"""Whether the records take a write now, and a folder a file. Waits half a second for a lock, changes nothing, and keeps
no connection."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from isletbot.errors import RecordsError, Unavailable
from isletbot.storage.database import read_url

_WAIT_SECONDS = 0.5
_READ = "SELECT id FROM answers LIMIT 1"
_ROOM_BYTES = 262_144
"""More than the longest reply takes in the journal and in the records together."""


def check_writable(url: str | None, data_dir: Path) -> str:
    """Raises RecordsError for records that are locked, read-only or away."""
    address = read_url(url, data_dir)
    name = address.render_as_string(hide_password=True)
    try:
        if address.drivername == "sqlite":
            path = Path(str(address.database))
            if path.exists():
                _begin_sqlite(path)
            _write_file(path.parent)
        else:
            _begin_postgres(address)
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        cause = (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
        raise RecordsError(f"The records at {name} take no write: {cause}.") from None
    return name


def check_room(folder: Path) -> str:
    """Raises Unavailable for a folder that is full, read-only or gone."""
    try:
        _write_file(folder)
    except OSError as error:
        message = f"The folder {str(folder)!r} takes no file: {error.strerror}."
        remedy = "Make room there, or let the server's user write to it."
        raise Unavailable(message, code="not_ready", remedy=remedy) from None
    return str(folder)


def _write_file(folder: Path) -> None:
    """A lock on the database takes no room, so it holds on a full disk too. The file has no name where the system can
    do so, is never synced, and is gone when it is closed, so that asking often writes nothing to the disk."""
    with TemporaryFile(dir=folder) as file:
        file.write(bytes(_ROOM_BYTES))
        file.flush()


def _begin_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_READ)
        connection.execute("ROLLBACK")


def _begin_postgres(address: URL) -> None:
    engine = create_engine(address, connect_args={"connect_timeout": 1, "options": "-c statement_timeout=500"})
    try:
        with engine.connect() as connection:
            if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
                raise RecordsError(f"The records at {address.render_as_string(hide_password=True)} are read-only.")
            connection.execute(text(_READ))
    finally:
        engine.dispose()
