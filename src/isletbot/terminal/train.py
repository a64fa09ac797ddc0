"""Runs `isletbot train`: trains the models on a question bank and installs them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

NOT_INSTALLED = 1


def train(
    public: Annotated[
        Path | None, typer.Option(help="Folder of labelled pairs, */reader.jsonl, for the cross-encoder.")
    ] = None,
    hold_out: Annotated[str, typer.Option(help="Writers to measure on, with commas; the smallest when left out.")] = "",
    share: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of the epochs, for a quick look.")] = 1.0,
    into: Annotated[Path | None, typer.Option(help="Folder for the models; the data folder when left out.")] = None,
) -> None:
    """Train the reader and the cross-encoder on the question bank; install them unless they are worse."""
    from isletbot.ingestion.ingest import approved_only
    from isletbot.ingestion.question_bank import read_bank
    from isletbot.settings import load_settings
    from isletbot.training.reader import ReaderRecipe
    from isletbot.training.relevance import RelevanceRecipe
    from isletbot.training.train import shorten
    from isletbot.training.train import train as run
    from isletbot.wiring import check_corpus

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    settings = load_settings()
    report = run(
        approved_only(check_corpus(settings)),
        read_bank(settings.questions_dir),
        settings.models_dir,
        into or settings.data_dir / "models",
        tuple(name for name in hold_out.split(",") if name),
        public,
        shorten((ReaderRecipe(), RelevanceRecipe()), share),
    )
    typer.echo(f"measured on the writers {', '.join(report.held_out)}\n{'':24}before   after")
    for name, value in report.after.items():
        typer.echo(f"{name:22}{_show(report.before, name)}{value:8.3f}")
    for name, value in report.relevance.items():
        typer.echo(f"{name:38}{value:.3f}")
    if report.worse:
        typer.echo(f"Not installed: worse in {', '.join(report.worse)}. The models of before stay.", err=True)
        raise typer.Exit(NOT_INSTALLED)
    typer.echo("Installed. Run: isletbot index")


def _show(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:8.3f}" if name in figures else f"{'-':>8}"
