"""Runs `isletbot corpus fetch …`: shows what an address or a number leads to, before anything is added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isletbot.dates import write_date
from isletbot.errors import UserError
from isletbot.terminal.plain import make_printable

if TYPE_CHECKING:
    from isletbot.fetching.document import FetchedDocument

Origin = Annotated[
    str,
    typer.Argument(metavar="ORIGIN", help="https://…, PMID:12345678, 10.1000/182 or NCT00000000."),
]


def fetch(
    origin: Origin,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep what was fetched as a new file.")] = None,
) -> None:
    """Fetch a document from its address, or a paper or trial by its number, and show what came. Adds nothing."""
    from isletbot.fetching.document import FetchedDocument
    from isletbot.settings import load_settings
    from isletbot.wiring.document_fetching import make_origin_reader

    document = make_origin_reader(load_settings()).fetch(origin)
    assert isinstance(document, FetchedDocument)
    for name, value in _describe(document):
        if value:
            typer.echo(f"{name:13} {make_printable(value)}")
    if save:
        _save(document.data, save)
        typer.echo(f"{'saved as':13} {save}")


def _describe(document: FetchedDocument) -> Iterator[tuple[str, str]]:
    yield "type", document.media_type
    yield "size", f"{len(document.data):,} bytes"
    yield "title", document.title
    yield "address", document.url
    yield "publisher", document.publisher
    yield "published", write_date(document.published) if document.published else ""
    yield "updated", write_date(document.updated) if document.updated else ""
    yield "last changed", document.last_modified
    yield "version", document.etag
    yield "DOI", document.doi
    yield "licence", document.licence
    yield "language", document.language


def _save(data: bytes, path: Path) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise UserError(f"{str(path)!r} cannot be written: {error.strerror}. Name another file.") from error
