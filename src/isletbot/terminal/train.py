"""Runs `isletbot train`: trains the models on a question bank and installs them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from isletbot.corpus import Corpus
    from isletbot.ingestion.question_bank import BankMessage
    from isletbot.settings import Settings

NOT_INSTALLED = 1


def train(
    public: Annotated[
        Path | None, typer.Option(help="Folder of labelled pairs, */reader.jsonl, for the cross-encoder.")
    ] = None,
    hold_out: Annotated[str, typer.Option(help="Writers to measure on, with commas; the smallest when left out.")] = "",
    share: Annotated[float, typer.Option(min=0.01, max=1.0, help="Share of the epochs, for a quick look.")] = 1.0,
    into: Annotated[Path | None, typer.Option(help="Folder for the models; the data folder when left out.")] = None,
    new: Annotated[
        str,
        typer.Option(help="Writers the reader in use does not know, by comma: it goes on from there, in one epoch."),
    ] = "",
    sentences: Annotated[
        bool, typer.Option(help="Fit only which sentences of an answer belong in the reply, in a minute.")
    ] = False,
) -> None:
    """Train the reader and the cross-encoder on the question bank, and fit which sentences of an answer belong in the
    reply; install the models unless they are worse."""
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
    corpus, messages = approved_only(check_corpus(settings)), read_bank(settings.questions_dir)
    target, held_out = into or settings.data_dir / "models", tuple(name for name in hold_out.split(",") if name)
    if sentences:
        _fit_sentences(settings, corpus, messages, into or settings.models_dir, held_out)
        return
    writers = tuple(name for name in new.split(",") if name)
    reader = ReaderRecipe(epochs=1.0, learning_rate=4e-4, new=writers) if writers else ReaderRecipe()
    recipes = shorten((reader, RelevanceRecipe()), share)
    report = run(corpus, messages, settings.models_dir, target, held_out, public, recipes)
    typer.echo(f"measured on the writers {', '.join(report.held_out)}\n{'':24}before   after")
    for name, value in report.after.items():
        typer.echo(f"{name:22}{_show(report.before, name)}{value:8.3f}")
    for name, value in report.relevance.items():
        typer.echo(f"{name:38}{value:.3f}")
    if report.worse:
        typer.echo(f"Not installed: worse in {', '.join(report.worse)}. The models of before stay.", err=True)
        raise typer.Exit(NOT_INSTALLED)
    _fit_sentences(settings, corpus, messages, target, report.held_out)
    typer.echo("Installed. Run: isletbot index")


def _fit_sentences(
    settings: Settings, corpus: Corpus, messages: Sequence[BankMessage], models: Path, held_out: Sequence[str]
) -> None:
    from isletbot.inference.adapter import open_adapter
    from isletbot.inference.embeddings import OnnxEmbeddings
    from isletbot.inference.installed import InstalledModels
    from isletbot.ingestion.kept_sentences import find_kept_file, read_kept_sentences
    from isletbot.terminal.progress import show_progress
    from isletbot.training.sentence_matrix import train_sentences

    kept = read_kept_sentences(find_kept_file(settings.questions_dir), corpus.answers)
    if not kept:
        typer.echo("No sentences are labelled for this corpus: the nearest ones are said.")
        return
    weights = InstalledModels(settings.weights_dir, models, settings.weights_from).open_weights("reader", show_progress)
    reader = open_adapter(models, "reader").sha256
    figures = train_sentences(corpus, messages, kept, held_out, OnnxEmbeddings(weights), models, reader)
    for name, value in figures.items():
        typer.echo(f"{name:38}{value:.3f}")


def _show(figures: Mapping[str, float], name: str) -> str:
    return f"{figures[name]:8.3f}" if name in figures else f"{'-':>8}"
