"""Runs `isletbot backup` and `restore`. Imports a package only when a command needs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def backup(file: Annotated[Path, typer.Argument(help="A new file, as isletbot-2026-11-30.tar.")]) -> None:
    """Copy records, corpus, journal and own models into one file; the server may run."""
    from isletbot.settings import load_settings
    from isletbot.wiring.backups import make_backup

    manifest = make_backup(load_settings(), file)
    rows = sum(manifest.rows.values())
    typer.echo(
        f"{file}: {rows:,} rows of {manifest.engine}, {len(manifest.files)} files, {file.stat().st_size:,} bytes"
    )
    typer.echo("It holds what people asked and wrote: keep it where only those who may read that come.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `isletbot backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Keep what is there under another name.")] = False,
) -> None:
    """Put a backup back, while no server runs."""
    from isletbot.settings import load_settings
    from isletbot.wiring.backups import restore_backup

    report = restore_backup(load_settings(), file, replace=replace)
    typer.echo(f"Restored as of {report.manifest.made_at}: {sum(report.manifest.rows.values()):,} rows.")
    for kept in report.kept:
        typer.echo(f"What was there before is kept: {kept}")
    typer.echo("Now: isletbot index, isletbot staff audit verify, then start the server.")
