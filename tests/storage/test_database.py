import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from isletbot.errors import RecordsError
from isletbot.storage import queue_tables, staff_tables  # noqa: F401  # their tables join the others
from isletbot.storage.database import read_url
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import METADATA
from tests.kept import a_record
from tests.storage.conftest import OpenRecords


def test_the_migrations_make_the_tables_that_the_code_knows(records: SqlRecords) -> None:
    with records.database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def open_and_close(url: str, folder: Path) -> None:
    SqlRecords.open(url, folder).close()


def test_servers_that_start_at_once_migrate_once(records_url: str, tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    starting = [spawn.Process(target=open_and_close, args=(records_url, tmp_path)) for _ in range(4)]
    for process in starting:
        process.start()
    for process in starting:
        process.join(60)
    assert [process.exitcode for process in starting] == [0, 0, 0, 0]
    records = SqlRecords.open(records_url, tmp_path)
    assert records.check().startswith("0 conversations")
    records.close()


def test_records_of_a_newer_program_are_refused(records: SqlRecords, open_records: OpenRecords) -> None:
    with records.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordsError, match="newer isletbot"):
        open_records()


def test_an_error_of_the_database_carries_nothing_that_people_wrote(records: SqlRecords) -> None:
    records.keep_answer(a_record("a1"))
    with pytest.raises(RecordsError) as raised:
        records.keep_answer(a_record("a1", "canary-zebra-7"))
    assert "canary" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite").write_bytes(b"no database, " * 100)
    with pytest.raises(RecordsError, match=r"records\.sqlite.*not a database"):
        SqlRecords.open(None, tmp_path)


def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    with pytest.raises(RecordsError) as raised:
        SqlRecords.open("postgresql://me:geheim@127.0.0.1:1/none", Path())
    assert "127.0.0.1" in str(raised.value)
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("url", ["records.sqlite", "mysql://u@h/d", "sqlite://", "postgresql://h"])
def test_another_address_is_refused_with_the_forms_there_are(url: str) -> None:
    with pytest.raises(RecordsError, match="postgresql://USER"):
        read_url(url, Path())


def test_without_an_address_the_records_lie_in_the_data_folder(tmp_path: Path) -> None:
    SqlRecords.open(None, tmp_path / "new").close()
    assert (tmp_path / "new" / "records.sqlite").is_file()
