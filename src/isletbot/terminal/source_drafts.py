"""Runs `isletbot corpus add` and `diff`. Imports a package only when a command needs it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isletbot.terminal.corpus import SourceId, corpus_app
from isletbot.terminal.extras import name_missing_extra

if TYPE_CHECKING:
    from isletbot.documents.add_document import AddedDocument

_SHOWN = 10


class LicenceChoice(StrEnum):
    own = "own"
    open = "open"
    closed = "closed"


_CARD_OPTIONS: Mapping[str, tuple[str, str]] = {
    "id": ("--id", "Its name; made of the title when left out."),
    "title": ("--title", "In place of what the document says."),
    "publisher": ("--publisher", "Who published it."),
    "published": ("--published", "YYYY-MM-DD."),
    "as_of": ("--as-of", "The day it speaks for; the day it was published when left out."),
    "url": ("--url", "Where people read the original; made of the DOI when left out."),
    "doi": ("--doi", "Without address."),
    "evidence": ("--evidence", "As corpus/README.md names it; clinic_article when left out."),
}
"""Flag and help by field of the card."""
_LICENCE_HELP = "Own and open documents are quoted word for word; of a closed one people write a digest."
_ORIGIN_HELP = "A file (Markdown, HTML, PDF, DOCX, plain text), an address, PMID, DOI or NCT number."


def add(
    origin: Annotated[str, typer.Argument(metavar="PATH|URL", help=_ORIGIN_HELP)],
    licence: Annotated[LicenceChoice | None, typer.Option(help=_LICENCE_HELP)] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="Another corpus folder than the setting's.")] = None,
    **card: str,
) -> None:
    """Make a draft of a document. It is not served before it is approved."""
    from isletbot.settings import load_settings

    with name_missing_extra("documents"):
        from isletbot.documents.card import CardDetails
        from isletbot.fetching.origin_reader import is_origin
        from isletbot.wiring.document_drafts import add_from_origin, open_library
    details = CardDetails(**card, licence=licence.value if licence else None)
    settings = load_settings()
    library, path = open_library(settings, into), Path(origin)
    if is_origin(origin) and not path.is_file():
        _tell_added(add_from_origin(library, settings, origin, details))
    else:
        _tell_added(library.add_file(path, details))


def _with_card_options(command: Callable[..., None]) -> Callable[..., None]:
    """Typer reads a command's options from its signature: these stand in the place of `**card`."""
    own = inspect.signature(command, eval_str=True)
    kept = [parameter for parameter in own.parameters.values() if parameter.kind is not parameter.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default="", annotation=Annotated[str, typer.Option(flag, help=told)]
        )
        for name, (flag, told) in _CARD_OPTIONS.items()
    ]
    command.__signature__ = own.replace(parameters=[*kept, *options])  # type: ignore[attr-defined]
    return command


corpus_app.command("add")(_with_card_options(add))


def _tell_added(added: AddedDocument) -> None:
    if added.addition == "same":
        typer.echo(f"{added.id} is made of these very bytes already: nothing was changed. See {added.draft}")
        return
    what = "a new version of" if added.addition == "changed" else "new:"
    typer.echo(f"{what} {added.id}, {added.statements} statements, draft {added.draft}")
    for finding in added.findings:
        typer.echo(str(finding), err=True)
    for sentence in added.left_out:
        typer.echo(f"left out, since it says nothing alone: {sentence.place}: {sentence.text!r}", err=True)
    if added.missing:
        typer.echo(f"The document does not tell: {', '.join(added.missing)}. Write them into the draft.")
    if added.addition == "changed":
        typer.echo(f"The version before goes on being served. Compare: isletbot corpus diff {added.id}")
    typer.echo(f"Not served yet. Compare it with the original, then: isletbot corpus approve {added.id}")


@corpus_app.command("diff")
def diff(source_id: SourceId) -> None:
    """Compare a draft with what is served, and list the answers and cases that it touches."""
    from isletbot.settings import load_settings

    with name_missing_extra("documents"):
        from isletbot.wiring.document_drafts import compare_source
    difference = compare_source(load_settings(), source_id)
    for change in difference.changes:
        typer.echo(f"#{change.anchor}")
        if change.before:
            typer.echo(f"  - {change.before}")
        if change.after:
            typer.echo(f"  + {change.after}")
    if not difference.changes:
        typer.echo("No statement is touched.")
    for answer in difference.answers:
        typer.echo(f"approved answer {answer} quotes a statement that changes: it is withheld until it is reviewed")
    for written in difference.staff_answers:
        typer.echo(f"answer of staff {written.words!r} rests on a statement that changes: it leaves with the approval")
    for case in difference.cases[:_SHOWN]:
        typer.echo(f"case {case} asks about a statement that changes")
    if len(difference.cases) > _SHOWN:
        typer.echo(f"and {len(difference.cases) - _SHOWN} more cases")
