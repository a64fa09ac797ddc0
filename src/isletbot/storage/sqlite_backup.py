"""Copies the records out of SQLite while a server uses them, and puts a copy back when none does."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from isletbot.errors import RecordsError, UserError
from isletbot.storage.backup_source import RecordsState, describe_state, name_kept

COPY = "records.sqlite"
_SHARED_FROM, _SHARED_BYTES = 0x4000_0002, 510
"""The bytes that every open connection holds a lock on, by SQLite's file format."""
_BESIDE = ("-wal", "-shm")


def copy_sqlite(path: Path, folder: Path) -> RecordsState:
    """Raises RecordsError when a page of the records cannot be read."""
    copy = folder / COPY
    if not path.is_file():
        raise RecordsError(
            f"There are no records at {str(path)!r} to back up. Set ISLETBOT_DATA_DIR as the server has it."
        )
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        return _check_copy(copy)
    except (sqlite3.Error, SQLAlchemyError) as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise RecordsError(
            f"The records at {str(path)!r} cannot be copied: {cause}. Restore the last backup."
        ) from None


def restore_sqlite(path: Path, folder: Path, state: RecordsState, *, replace: bool) -> Path | None:
    """Returns where the records of before are kept. Raises UserError while a server uses them, or they are there and
    `replace` is not given."""
    if _check_copy(folder / COPY) != state:
        raise RecordsError("The backup does not hold the rows that its manifest names. Nothing was restored.")
    if path.exists() and not replace:
        raise UserError(f"There are records at {str(path)!r}. With --replace they are kept under another name.")
    if path.exists() and _is_in_use(path):
        raise UserError(f"A server uses the records at {str(path)!r}. Stop it, then restore.")
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_name(f"{path.name}.restoring")
    shutil.copyfile(folder / COPY, arriving)
    arriving.chmod(0o600)
    _to_disk(arriving)
    kept = _move_away(path) if path.exists() else None
    for beside in _BESIDE:  # a log of other records would be played into these
        path.with_name(path.name + beside).unlink(missing_ok=True)
    arriving.replace(path)
    _to_disk(path.parent)
    return kept


def _move_away(path: Path) -> Path:
    """The log goes with its records: it may hold what was committed last."""
    kept = name_kept(path)
    for beside in (*_BESIDE, ""):
        file = path.with_name(path.name + beside)
        if file.exists():
            file.replace(kept.with_name(kept.name + beside))
    return kept


def _is_in_use(path: Path) -> bool:
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _SHARED_FROM)
        except OSError:
            return True
    return False


def _check_copy(copy: Path) -> RecordsState:
    with closing(sqlite3.connect(copy)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise RecordsError(f"The copy of the records is not sound: {found}.")
    engine = create_engine(URL.create("sqlite", database=str(copy)))
    try:
        with engine.connect() as reading:
            return describe_state(reading)
    finally:
        engine.dispose()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
