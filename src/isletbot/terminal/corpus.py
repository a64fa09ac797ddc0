"""Runs `isletbot corpus …`. Imports a package only when a command needs it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from isletbot.dates import write_date
from isletbot.terminal.extras import name_missing_extra
from isletbot.terminal.progress import show_progress

if TYPE_CHECKING:
    from isletbot.settings import Settings

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
            f"{_say_check(settings, source.id)}"
        )


def _say_check(settings: Settings, source_id: str) -> str:
    from isletbot.documents.corpus_folder import CorpusFolder
    from isletbot.live.source_checks import find_check

    check = find_check(CorpusFolder(settings.corpus_dir), source_id)
    return f", checked on {write_date(check.at.date())}: {check.outcome}" if check else ""


@corpus_app.command("check")
def check() -> None:
    """Hold every file of the corpus to its rules, list the approved answers, and name links that lead to a home page.

    Ends with 1 when an answer that was served is served no more.
    """
    from isletbot.ingestion.read import is_home_page
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
    for source in filter(lambda source: is_home_page(source.url), corpus.sources):
        remedy = "Write the address of the page itself."
        typer.echo(f"{source.id:32} its link leads to a home page, {source.url}. {remedy}", err=True)
    tell_drafts(load_settings())
    if any(left_out.why != "not approved" for left_out in withheld.values()):
        raise typer.Exit(GATE_FELL_SHORT)


def tell_drafts(settings: Settings) -> None:
    """Nothing of a draft is served, so none of its findings breaks a rule of the corpus."""
    if not any((settings.corpus_dir / "drafts").glob("*.md")):
        return
    with name_missing_extra("documents"):
        from isletbot.wiring.document_drafts import list_drafts

    for name, findings in list_drafts(settings).items():
        held = [finding for finding in findings if finding.remedied != "note"]
        typer.echo(f"{name:32} draft, {len(held)} findings hold its approval")
        for finding in held:
            typer.echo(str(finding), err=True)


@corpus_app.command("withdraw")
def withdraw(source_id: SourceId, why: Why = "withdrawn at the command line") -> None:
    """Take a source out of every reply at once, of running servers too."""
    from isletbot.settings import load_settings
    from isletbot.wiring.sources import withdraw_source

    withdraw_source(load_settings(), source_id, why)
    typer.echo(f"{source_id} is out of every reply. `isletbot corpus approve {source_id}` ends this.")


@corpus_app.command("approve")
def approve(
    source_id: SourceId,
    why: Why = "approved at the command line",
    accept: Annotated[
        list[str] | None, typer.Option(metavar="FINDING", help="A finding that you have looked at; may be repeated.")
    ] = None,
) -> None:
    """Serve a source: one that was withdrawn, or a draft that a second person has compared with its original."""
    from isletbot.settings import load_settings
    from isletbot.wiring.sources import approve_source

    with name_missing_extra("documents"):
        report = approve_source(load_settings(), source_id, why, accept or (), show_progress)
    for answer in report.withheld:
        typer.echo(f"not served: {answer.id}: {answer.why}: {answer.detail}", err=True)
    typer.echo(f"{source_id} is served: {report.passages} statements, {report.answers} approved answers in all.")
