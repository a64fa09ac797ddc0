"""What every copy of the records says of itself, whichever database it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from isletbot.errors import InputError
from isletbot.storage.database import MIGRATIONS

Engine = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class RecordsState:
    schema: str
    rows: Mapping[str, int]


def describe_state(connection: Connection) -> RecordsState:
    tables = sorted(inspect(connection).get_table_names())
    quote = connection.dialect.identifier_preparer.quote
    rows = {name: connection.execute(text(f"SELECT count(*) FROM {quote(name)}")).scalar_one() for name in tables}
    schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return RecordsState(str(schema), rows)


def check_schema(schema: str) -> None:
    """Raises InputError for records that a newer program wrote."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if schema not in known:
        raise InputError(
            f"The backup is of a newer isletbot: this one does not know {schema!r}. Install that version, then restore."
        )


def name_kept(path: Path) -> Path:
    """A name beside `path` for what it was before a restore; free."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    names = (f"{path.name}.before-{moment}", *(f"{path.name}.before-{moment}-{number}" for number in range(2, 1000)))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())
