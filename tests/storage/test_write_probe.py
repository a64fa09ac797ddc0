"""Whether the records take a write is known within a second, and nothing is changed by asking."""

from __future__ import annotations

import resource
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from isletbot.errors import RecordsError, Unavailable
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.write_probe import check_room, check_writable


def test_records_that_take_a_write_are_named(tmp_path: Path) -> None:
    assert "records.sqlite" in check_writable(None, tmp_path)
    assert not (tmp_path / "records.sqlite").exists()
    SqlRecords.open(None, tmp_path).close()
    assert "records.sqlite" in check_writable(None, tmp_path)


def test_locked_records_are_not_ready(tmp_path: Path) -> None:
    SqlRecords.open(None, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)) as lock:
        lock.execute("BEGIN IMMEDIATE")
        began = time.perf_counter()
        with pytest.raises(RecordsError, match="locked"):
            check_writable(None, tmp_path)
        assert time.perf_counter() - began < 2


def test_a_file_that_is_no_database_and_a_server_that_is_away_are_not_ready(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(RecordsError, match="not a database"):
        check_writable(None, tmp_path)
    with pytest.raises(RecordsError, match="take no write"):
        check_writable("postgresql://somebody:secret@127.0.0.1:1/records", tmp_path)
    with pytest.raises(RecordsError) as raised:
        check_writable("postgresql://somebody:secret@127.0.0.1:1/records", tmp_path)
    assert "secret" not in str(raised.value)


def test_records_without_their_tables_are_not_ready(tmp_path: Path) -> None:
    SqlRecords.open(None, tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)) as store:
        store.execute("ALTER TABLE answers RENAME TO answers_away")
    with pytest.raises(RecordsError, match="no such table"):
        check_writable(None, tmp_path)


def test_a_folder_that_takes_a_file_is_named_and_no_file_stays(tmp_path: Path) -> None:
    assert check_room(tmp_path) == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_and_one_without_room_are_not_ready(tmp_path: Path) -> None:
    SqlRecords.open(None, tmp_path).close()
    with pytest.raises(Unavailable, match="takes no file: No such file"):
        check_room(tmp_path / "gone")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, limits[1]))
    try:
        with pytest.raises(Unavailable, match="takes no file: File too large"):
            check_room(tmp_path)
        with pytest.raises(RecordsError, match="take no write"):
            check_writable(None, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
