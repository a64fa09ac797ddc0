"""Runs `isletbot corpus new`. Imports a package only when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    name: Annotated[str, typer.Argument(help="Of the corpus: small letters, digits, dashes.")],
    title: Annotated[str, typer.Option(help="Its topic, as it reads after 'about'; the name when left out.")] = "",
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where its folder is made.")] = Path(),
) -> None:
    """Lay down a folder for a corpus of your own, with one example of each thing to write."""
    from datetime import date

    from isletbot.documents.new_corpus import write_skeleton
    from isletbot.settings.named_corpora import check_name

    folder = write_skeleton(into / check_name(name), title or name.replace("-", " "), date.today())
    typer.echo(
        f"{folder} holds an example of each thing to write; the remarks in its files say what.\n"
        f"Check it: ISLETBOT_TOPIC_DIR={folder} isletbot corpus check\n"
        f"Serve it: in the file of ISLETBOT_CORPORA, write\n{name}:\n  topic_dir: {folder.resolve()}"
    )
