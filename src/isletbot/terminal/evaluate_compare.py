"""Runs `isletbot eval compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isletbot.terminal.evaluate import JsonOut, write_figures, write_text


def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder or records of a run.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The same of another run.")],
    page: Annotated[Path | None, typer.Option("--html", metavar="PAGE", help="Write a page with both replies.")] = None,
    out: JsonOut = None,
) -> None:
    """Which cases got better or worse from A to B, and whether that could be chance."""
    from isletbot.evaluation.compare import compare_runs, comparisons_to_json, tabulate_comparisons
    from isletbot.evaluation.compare_page import write_compare_page
    from isletbot.evaluation.run_records import read_run

    first, second = read_run(before), read_run(after)
    comparisons = compare_runs(first, second)
    typer.echo(tabulate_comparisons(comparisons))
    if page is not None:
        write_text(page, write_compare_page(first, second, comparisons))
        typer.echo(f"\npage: {page}")
    write_figures(out, comparisons_to_json(comparisons))
