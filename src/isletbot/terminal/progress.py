"""How far something is, on standard error."""

from __future__ import annotations

import sys

import typer


def show_progress(what: str, done: int, total: int) -> None:
    """One line that counts up where somebody is watching, and else is written once."""
    if sys.stderr.isatty() and total:
        typer.echo(f"\r{what} {done}/{total} ", err=True, nl=done == total)
    elif done == total > 0:
        typer.echo(f"{what} {done}/{total}", err=True)
