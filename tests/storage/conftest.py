from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from isletbot.storage.chroma_server import ChromaServer, ServerAddress
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import METADATA
from tests.kept import a_record, a_session
from tests.postgres import find_programs, running_postgres

NUMBERS = count()
OpenRecords = Callable[[], SqlRecords]
DIGEST = "d" * 64


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with running_postgres(programs) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    address, name = request.getfixturevalue("postgres"), f"records_{next(NUMBERS)}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{address}/{name}"


@pytest.fixture
def open_records(records_url: str, tmp_path: Path) -> Iterator[OpenRecords]:
    """Opens the same records as often as it is called."""
    opened: list[SqlRecords] = []

    def open_once() -> SqlRecords:
        opened.append(SqlRecords.open(records_url, tmp_path))
        return opened[-1]

    yield open_once
    for records in opened:
        records.close()


@pytest.fixture
def records(open_records: OpenRecords) -> SqlRecords:
    return open_records()


@pytest.fixture
def chroma_server(chroma_address: ServerAddress) -> Iterator[ChromaServer]:
    """A client of an empty database."""
    with closing(ChromaServer(chroma_address)) as server:
        yield server


def count_rows(records: SqlRecords) -> dict[str, int]:
    with records.database.read() as connection:
        rows = {name: select(func.count()).select_from(table) for name, table in METADATA.tables.items()}
        return {name: connection.execute(count).scalar_one() for name, count in rows.items()}


@pytest.fixture
def kept(records: SqlRecords) -> SqlRecords:
    """One session with one reply."""
    records.open_session(a_session(), DIGEST)
    records.keep_answer(a_record(session_id="s1"))
    return records
