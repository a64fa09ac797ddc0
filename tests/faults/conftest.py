from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from isletbot.answering.graph import Bot
from tests.faults.serving import ServerProcess, running_server
from tests.postgres import find_programs, running_postgres


@pytest.fixture
def server(bot: Bot, test_cache: Path, tmp_path: Path) -> Iterator[ServerProcess]:
    """On SQLite. `bot` has brought weights and index up to date."""
    with running_server(test_cache, tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server, without a database."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with running_postgres(programs) as address:
        yield address


def make_database(address: str) -> str:
    name = f"faults_{uuid4().hex}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"{address}/{name}"


@pytest.fixture
def postgres_url(postgres: str) -> str:
    """An empty database."""
    return make_database(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.sqlite'}"
    return make_database(request.getfixturevalue("postgres"))
