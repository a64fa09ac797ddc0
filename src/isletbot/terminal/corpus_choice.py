"""The option before every command that chooses a corpus by its name."""

from __future__ import annotations

from typing import Annotated

import typer


def choose_corpus(
    context: typer.Context,
    corpus: Annotated[
        str | None, typer.Option(metavar="NAME", help="Work on this corpus of the file that ISLETBOT_CORPORA names.")
    ] = None,
) -> None:
    if corpus is not None:
        from isletbot.settings.named_corpora import check_name, use_corpus

        context.with_resource(use_corpus(check_name(corpus)))
