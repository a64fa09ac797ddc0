"""`isletbot model …`: parse, call, print."""

from __future__ import annotations

from typing import Annotated

import typer

from isletbot.terminal.evaluate import JsonOut, progress_bar, read_suites, write_figures
from isletbot.terminal.progress import show_progress

model_app = typer.Typer(help="The chat model that the settings name.", no_args_is_help=True, rich_markup_mode=None)


@model_app.callback()
def model() -> None:
    """The chat model that the settings name."""


@model_app.command("try")
def try_it(
    suites: Annotated[
        list[str] | None,
        typer.Option("--suite", help="Name of a suite in evals/, or the path of a file; again for more."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Cases of each suite; 0 is all of them.")] = 0,
    out: JsonOut = None,
) -> None:
    """Put suites to the bot with the chat model and without it: right replies, what was refused and why, the cost."""
    from isletbot.evaluation.model_trial import tabulate_trial, trial_to_json
    from isletbot.settings import load_settings
    from isletbot.wiring.chat_trial import try_model

    settings = load_settings()
    chosen = read_suites(suites or ["blind_voices"], settings.evals_dir)
    with progress_bar() as tick:
        trial = try_model(settings, chosen, limit, tick, show_progress)
    typer.echo(tabulate_trial(trial))
    write_figures(out, trial_to_json(trial))
