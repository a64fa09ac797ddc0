"""Runs `isletbot corpus pull`. Imports a package only when the command needs it."""

from __future__ import annotations

from typing import Annotated

import typer

from isletbot.terminal.corpus import GATE_FELL_SHORT
from isletbot.terminal.extras import name_missing_extra
from isletbot.terminal.plain import make_printable

_GONE_OR_FAILED = frozenset({"gone", "failed"})


def pull(
    source_id: Annotated[str, typer.Argument(metavar="[ID]", help="All that came from an address when left out.")] = "",
) -> None:
    """Fetch sources anew from their address or number; what has changed becomes a draft.

    Ends with 1 when a source is gone or cannot be fetched.
    """
    from isletbot.settings import load_settings

    with name_missing_extra("documents"):
        from isletbot.wiring.document_drafts import open_pulls
    pulls = open_pulls(load_settings())
    pulled = [pulls.pull(source_id)] if source_id else pulls.pull_all()
    outcomes = []
    for one in pulled:
        outcomes.append(one.outcome)
        typer.echo(f"{one.id:32} {one.outcome:9} {make_printable(one.words)}")
        for finding in one.added.findings if one.added else ():
            typer.echo(f"  {finding}", err=True)
        if one.added:
            typer.echo(f"  Compare: isletbot corpus diff {one.id}  Serve: isletbot corpus approve {one.id}")
    if not outcomes:
        typer.echo("No source came from an address or a number.")
    if _GONE_OR_FAILED.intersection(outcomes):
        raise typer.Exit(GATE_FELL_SHORT)
