"""Runs `isletbot migrate`. Imports a package only when the command needs it."""

from __future__ import annotations

import typer


def migrate() -> None:
    """Bring the records to today's form, as a server does when it starts."""
    from isletbot.settings import load_settings
    from isletbot.storage.sql_records import SqlRecords

    settings = load_settings()
    records = SqlRecords.open(settings.records_url.get_secret_value(), settings.data_dir)
    try:
        typer.echo(f"The records have today's form: {records.check()}")
    finally:
        records.close()
