"""Runs `isletbot corpus …`. Imports a package only when a command needs it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

import typer

from isletbot.dates import write_date
from isletbot.terminal.progress import show_progress

GATE_FELL_SHORT = 1

corpus_app = typer.Typer(help="The corpus: what the bot may say.", no_args_is_help=True, rich_markup_mode=None)
SourceId = Annotated[str, typer.Argument(metavar="ID", help="As `isletbot corpus list` names it.")]
Why = Annotated[str, typer.Option(help="Stands in the audit log.")]


@corpus_app.command("list")
def list_corpus() -> None:
    """The sources, with their status and dates."""
    from isletbot.settings import load_settings
    from isletbot.wiring import check_corpus
    from isletbot.wiring.composers import find_withdrawn

    settings = load_settings()
    corpus, withdrawn = check_corpus(settings), find_withdrawn(settings)
    counts = Counter(passage.source.id for passage in corpus.passages)
    for source in corpus.sources:
        status = "withdrawn" if source.id in withdrawn else source.status
        typer.echo(
            f"{source.id:32} {status:9} {source.evidence:17} {counts[source.id]:4} statements  "
            f"as of {write_date(source.as_of)}, review by {write_date(source.review_due)}"
        )


@corpus_app.command("check")
def check() -> None:
    """Hold every file of the corpus to its rules, and list the approved answers.

    Ends with 1 when an answer that was served is served no more.
    """
    from isletbot.settings import load_settings
    from isletbot.wiring import check_corpus

    corpus = check_corpus(load_settings())
    today = date.today()
    withheld = {answer.id: answer for answer in corpus.withheld_on(today)}
    for answer in corpus.answers:
        if answer.id not in withheld:
            state = "due for review since" if answer.review_due < today else "served, review by"
            typer.echo(f"{answer.id:32} {state} {write_date(answer.review_due)}, {len(answer.asks)} ways of asking")
    for left_out in withheld.values():
        typer.echo(f"{left_out.id:32} not served: {left_out.why}: {left_out.detail}", err=True)
    typer.echo(
        f"{len(corpus.sources)} sources, {len(corpus.passages)} statements, {len(corpus.cautions)} cautions, "
        f"{len(corpus.answers) + len(corpus.withheld)} answers: no rule broken. Version {corpus.version}"
    )
    if any(left_out.why != "not approved" for left_out in withheld.values()):
        raise typer.Exit(GATE_FELL_SHORT)


@corpus_app.command("withdraw")
def withdraw(source_id: SourceId, why: Why = "withdrawn at the command line") -> None:
    """Take a source out of every reply at once, of running servers too."""
    from isletbot.settings import load_settings
    from isletbot.wiring.sources import withdraw_source

    withdraw_source(load_settings(), source_id, why)
    typer.echo(f"{source_id} is out of every reply. `isletbot corpus approve {source_id}` ends this.")


@corpus_app.command("approve")
def approve(source_id: SourceId, why: Why = "approved at the command line") -> None:
    """Serve a source: one that was withdrawn, or a draft that a second person has compared with its original."""
    from isletbot.settings import load_settings
    from isletbot.wiring.sources import approve_source

    approve_source(load_settings(), source_id, why, show_progress)
    typer.echo(f"{source_id} is served.")
