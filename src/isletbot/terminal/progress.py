"""How far something is, on standard error."""

from __future__ import annotations

import sys

import typer

BAR = 30
"""Characters of the bar."""


def show_progress(what: str, done: int, total: int) -> None:
    """A bar on standard error where somebody is watching; elsewhere a line when it is done."""
    if sys.stderr.isatty():
        filled = BAR * done // max(total, 1)
        typer.echo(f"\r{what} [{'#' * filled}{'.' * (BAR - filled)}] {done}/{total} ", err=True, nl=done == total)
    elif done == total:
        typer.echo(f"{what} {done}/{total}", err=True)
