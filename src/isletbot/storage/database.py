"""This module opens the database of the records, SQLite or PostgreSQL, for durable writes and migrates it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from isletbot.errors import RecordsError

MIGRATIONS = Path(__file__).with_name("migrations")
MIGRATION_LOCK = 0x15_1E7B07
"""The key of PostgreSQL's advisory lock: servers that start together migrate one after the other."""
_BUSY_MS = 10_000
_WAITS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 5_000,  # milliseconds: what is sent and not acknowledged ends the connection
    "keepalives_idle": 5,  # seconds: so does silence that nobody confirms
    "keepalives_interval": 1,
    "keepalives_count": 3,
}
"""For PostgreSQL over a network that loses everything: by itself the kernel waits a quarter of an hour."""
_PRAGMAS = (
    "journal_mode=WAL",  # readers and the writer do not wait for one another
    "synchronous=FULL",  # what was committed is on the disk
    "foreign_keys=ON",
    "secure_delete=ON",  # what is deleted is overwritten
    f"busy_timeout={_BUSY_MS}",
)


class Database:
    """`write` opens one durable transaction; `read` sees one state and waits for no writer. Within a `write`, in the
    same thread, both join it, so that everything in it is stored or undone together."""

    def __init__(self, url: URL, *, migrate: bool = True) -> None:
        self.engine = _open_engine(url)
        self._begun = threading.local()
        try:
            if migrate:
                with self.write() as connection:
                    _migrate_schema(connection)
        except BaseException as error:
            self.close()
            if isinstance(error, CommandError):
                newer = f"The records at {self.name} were written by a newer isletbot ({error}). Install that version."
                raise RecordsError(newer) from error
            raise

    @property
    def name(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if outer := self._outer:
            yield outer
            return
        with self._named_errors(), self.engine.begin() as connection:
            self._begun.connection = connection
            try:
                yield connection
            finally:
                self._begun.connection = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        if outer := self._outer:
            yield outer
            return
        with self._named_errors(), self.engine.connect().execution_options(reads=True) as connection:
            yield connection

    def forget_log(self) -> None:
        """Empties SQLite's write-ahead log, which may still hold deleted data. It leaves the log for later while
        somebody reads."""
        if self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()  # outside a transaction, where alone the log can be emptied
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                connection.close()

    def close(self) -> None:
        self.engine.dispose()

    @property
    def _outer(self) -> Connection | None:
        connection: Connection | None = getattr(self._begun, "connection", None)
        return connection

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            # Without the statement and the details: they carry what people wrote.
            lines = str(getattr(error, "orig", None) or type(error).__name__).splitlines()
            cause = lines[0] if lines else type(error).__name__
            raise RecordsError(f"The records at {self.name} cannot be used: {cause}.") from None


def read_url(given: str | None, data_dir: Path) -> URL:
    """Turns the setting into a URL, or names a file in the data folder when it is empty. Raises RecordsError."""
    if not given:
        return URL.create("sqlite", database=str(data_dir / "records.sqlite"))
    rule = "Write sqlite:///FOLDER/FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise RecordsError(f"ISLETBOT_RECORDS_URL is no address of a database. {rule}") from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database:
        raise RecordsError(f"ISLETBOT_RECORDS_URL names {url.drivername!r}. {rule}")
    return url


def _open_engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, connect_args=_WAITS)
        except ModuleNotFoundError as error:
            raise RecordsError("PostgreSQL needs its driver. Run: pip install 'isletbot[postgres]'") from error
    assert url.database
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordsError(f"The folder of {url.database!r} cannot be made: {error.strerror}.") from error
    engine = create_engine(url, pool_size=8, max_overflow=8)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver thinks they should
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its lock first: one that reads, then writes, would fail at once where it should wait.
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _migrate_schema(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
