"""Copies the records out of PostgreSQL with its own programs, and puts a copy back in one transaction."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from isletbot.errors import RecordsError, UserError
from isletbot.storage.backup_source import RecordsState, describe_state
from isletbot.storage.database import MIGRATION_LOCK

COPY = "records.sql"
KEPT = "before_restore_"
_WAIT_SECONDS = 5
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def copy_postgres(url: URL, folder: Path) -> RecordsState:
    """Raises RecordsError when the records or PostgreSQL's programs cannot be used."""
    engine = create_engine(url, isolation_level="REPEATABLE READ", connect_args={"connect_timeout": _WAIT_SECONDS})
    try:
        with engine.connect() as connection:
            # The rows are counted in the very state that is copied.
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            state = describe_state(connection)
            words = ("--no-owner", "--no-privileges", f"--exclude-schema={KEPT}*", f"--snapshot={snapshot}")
            _run_program("pg_dump", url, (*words, f"--file={folder / COPY}"))
            return state
    except SQLAlchemyError as error:
        raise _say_unusable(url, error) from None
    finally:
        engine.dispose()


def restore_postgres(url: URL, folder: Path, state: RecordsState, *, replace: bool) -> str | None:
    """Returns the schema that keeps the records of before. Raises UserError while a server uses them, or they are there
    and `replace` is not given."""
    kept = _look_before(url, replace=replace)
    before, after = folder / "before.sql", folder / "after.sql"
    moved = f'ALTER SCHEMA public RENAME TO "{kept}"; CREATE SCHEMA public;' if kept else ""
    before.write_text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK});\n{moved}\n", encoding="utf-8")
    after.write_text("\n".join(_hold_rows(state)), encoding="utf-8")
    files = [f"--file={path}" for path in (before, folder / COPY, after)]
    _run_program("psql", url, ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", *files))
    return kept


def _look_before(url: URL, *, replace: bool) -> str | None:
    """Returns the name to keep the records of before under; None when there are none."""
    name = url.render_as_string(hide_password=True)
    engine = create_engine(url, connect_args={"connect_timeout": _WAIT_SECONDS})
    try:
        with engine.connect() as connection:
            if not _holds_records(connection):
                return None
            if not replace:
                raise UserError(f"There are records at {name}. With --replace they are kept in another schema.")
            if others := connection.execute(_OTHERS).scalar_one():
                raise UserError(f"{others} other programs use the records at {name}. Stop every server, then restore.")
            return f"{KEPT}{datetime.now(UTC).strftime('%Y%m%d_%H%M%S')}"
    except SQLAlchemyError as error:
        raise _say_unusable(url, error) from None
    finally:
        engine.dispose()


def _holds_records(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT to_regclass('public.alembic_version') IS NOT NULL")).scalar_one())


def _hold_rows(state: RecordsState) -> Sequence[str]:
    """Undoes the whole restore when a table does not hold the rows that were copied."""
    return [
        f'DO $$ BEGIN IF (SELECT count(*) FROM public."{name}") <> {int(count)} THEN '
        f"RAISE EXCEPTION 'the table {name} does not hold {int(count)} rows'; END IF; END $$;"
        for name, count in state.rows.items()
    ]


def _run_program(name: str, url: URL, words: Sequence[str]) -> None:
    program = shutil.which(name)
    if program is None:
        raise UserError(f"{name} is not on PATH. On Debian or Ubuntu: apt install postgresql-client")
    # The password goes by the environment: everybody on the machine reads the words of a command.
    address = url._replace(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = {**os.environ, "PGCONNECT_TIMEOUT": str(_WAIT_SECONDS)}
    if url.password:
        env["PGPASSWORD"] = str(url.password)
    done = subprocess.run([program, f"--dbname={address}", *words], env=env, capture_output=True, text=True)
    if done.returncode:
        # The first line alone: what follows may quote a row.
        cause = next((line for line in done.stderr.splitlines() if line.strip()), f"status {done.returncode}")
        raise RecordsError(f"{name} failed, nothing was changed: {cause}")


def _say_unusable(url: URL, error: SQLAlchemyError) -> RecordsError:
    cause = (str(getattr(error, "orig", None) or "").splitlines() or [type(error).__name__])[0]
    return RecordsError(f"The records at {url.render_as_string(hide_password=True)} cannot be used: {cause}.")
