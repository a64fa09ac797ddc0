"""Runs `isletbot eval relevance`, and measures the same in a run of all suites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isletbot.terminal.evaluate import JsonOut, print_figures
from isletbot.terminal.progress import show_progress

if TYPE_CHECKING:
    from isletbot.answering.graph import Bot
    from isletbot.evaluation.relevance_labels import JudgedReply
    from isletbot.evaluation.run_figures import Figure
    from isletbot.evaluation.targets import Target


def relevance(
    file: Annotated[Path | None, typer.Argument(help='Lines {"id", "question", "answers", "belongs"}.')] = None,
    out: JsonOut = None,
) -> None:
    """How much of the replies is on point, and does the first sentence answer?"""
    from isletbot.evaluation.relevance_labels import measure_relevance
    from isletbot.settings import load_settings
    from isletbot.wiring import make_bot

    settings = load_settings()
    judged = judge_labelled(make_bot(settings, show_progress), file or settings.evals_dir / "relevance.jsonl")
    for reply in judged:
        for text, on_point in reply.sentences:
            if not on_point:
                typer.echo(f"{reply.label.id}\t{reply.label.question}\t{text}")
    print_figures({figure.name: figure.value for figure in measure_relevance(judged)}, out)


def judge_labelled(bot: Bot, path: Path) -> tuple[JudgedReply, ...]:
    from isletbot.evaluation.relevance_labels import judge_replies, read_labels

    return tuple(judge_replies(bot, read_labels(path), bot.line.index.passages))


def measure_target(target: Target, evals: Path) -> tuple[tuple[JudgedReply, ...], Sequence[Figure]]:
    """Measures what only the local bot can be asked; nothing for another target."""
    from isletbot.answering.graph import Bot

    bot = getattr(target, "bot", None)
    return measure_labelled(bot, evals, target.at_once) if isinstance(bot, Bot) else ((), ())


def measure_labelled(bot: Bot, evals: Path, at_once: int = 1) -> tuple[tuple[JudgedReply, ...], Sequence[Figure]]:
    """Measures what belongs to no suite: relevance and directness where labels lie, and the approved answers given."""
    from isletbot.evaluation.listed_questions import ask_listed
    from isletbot.evaluation.relevance_labels import make_share, measure_relevance

    path = evals / "relevance.jsonl"
    judged = judge_labelled(bot, path) if path.is_file() else ()
    listed = [one.given for one in ask_listed(bot, bot.line.answers.answers, at_once)]
    given = make_share("approved_given", sum(listed), len(listed), suite="approved")
    return judged, (*measure_relevance(judged), *given)
