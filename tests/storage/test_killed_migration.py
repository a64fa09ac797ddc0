"""A migration that is killed half-way leaves the records as they were; the next start brings them to today's form."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from isletbot.storage import queue_tables, staff_tables  # noqa: F401  # their tables join the others
from isletbot.storage.database import read_url
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import METADATA

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from isletbot.storage.sql_records import SqlRecords
left = int(sys.argv[2])
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, parameters, context, executemany):
    global left
    left -= statement.lstrip().startswith(("CREATE", "ALTER"))
    if not left:
        os.kill(os.getpid(), 9)
SqlRecords.open(sys.argv[1], Path())
"""


@pytest.mark.parametrize("statements", [2, 40])
def test_a_killed_migration_is_undone_and_done_again(records_url: str, tmp_path: Path, statements: int) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", KILLED, records_url, str(statements)]
    done = subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == -9, done.stderr
    engine = create_engine(read_url(records_url, tmp_path))
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    records = SqlRecords.open(records_url, tmp_path)
    with records.database.write() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    records.close()
