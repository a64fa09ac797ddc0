"""Runs `isletbot eval approved`."""

from __future__ import annotations

from typing import Annotated

import typer

from isletbot.terminal.evaluate import GATE_FELL_SHORT, JsonOut, print_figures
from isletbot.terminal.progress import show_progress


def approved(
    least: Annotated[float, typer.Option(min=0, max=1, help="Share below which the command fails.")] = 0.99,
    out: JsonOut = None,
) -> None:
    """Does every listed way of asking get its approved answer?"""
    from isletbot.evaluation.listed_questions import ask_listed
    from isletbot.settings import load_settings
    from isletbot.wiring import make_bot

    bot = make_bot(load_settings(), show_progress)
    asked = list(ask_listed(bot, bot.line.answers.answers))
    for one in asked:
        if not one.given:
            typer.echo(f"{one.answer}\t{one.kind}\t{', '.join(one.got) or '-'}\t{one.ask}")
    share = sum(one.given for one in asked) / max(len(asked), 1)
    print_figures({"approved_given": share, "ways_of_asking": len(asked)}, out)
    if share < least:
        raise typer.Exit(GATE_FELL_SHORT)
