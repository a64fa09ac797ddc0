"""`isletbot corpus …`: parse, call, print. Rooms are imported when a command needs them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import typer

GATE_FELL_SHORT = 1

corpus_app = typer.Typer(help="The corpus: what the bot may say.", no_args_is_help=True, rich_markup_mode=None)


@corpus_app.command("list")
def list_corpus() -> None:
    """The sources, with their status and dates."""
    from isletbot.settings import load_settings
    from isletbot.wiring import check_corpus

    corpus = check_corpus(load_settings())
    counts = Counter(passage.source.id for passage in corpus.passages)
    for source in corpus.sources:
        typer.echo(
            f"{source.id:32} {source.status:9} {source.evidence:17} {counts[source.id]:4} statements  "
            f"as of {source.as_of}, review by {source.review_due}"
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
            typer.echo(f"{answer.id:32} {state} {answer.review_due}, {len(answer.asks)} ways of asking")
    for left_out in withheld.values():
        typer.echo(f"{left_out.id:32} not served: {left_out.why}: {left_out.detail}", err=True)
    typer.echo(
        f"{len(corpus.sources)} sources, {len(corpus.passages)} statements, {len(corpus.cautions)} cautions, "
        f"{len(corpus.answers) + len(corpus.withheld)} answers: no rule broken. Version {corpus.version}"
    )
    if any(left_out.why != "not approved" for left_out in withheld.values()):
        raise typer.Exit(GATE_FELL_SHORT)
