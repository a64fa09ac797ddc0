"""Shows progress on standard error."""

from __future__ import annotations

import sys

import typer

BAR = 30
"""Width of the bar in characters."""


def show_progress(what: str, done: int, total: int) -> None:
    """Draws a bar at a terminal; elsewhere writes one line when the work is done."""
    if sys.stderr.isatty():
        filled = BAR * done // max(total, 1)
        typer.echo(f"\r{what} [{'#' * filled}{'.' * (BAR - filled)}] {done}/{total} ", err=True, nl=done == total)
    elif done == total:
        typer.echo(f"{what} {done}/{total}", err=True)
