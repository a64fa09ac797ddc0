"""A document as its reader found it, and its form on the way out of the process that read it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

BlockForm = Literal["paragraph", "item", "cell"]
Oddity = Literal[
    "hidden text",
    "hidden characters",
    "comment",
    "page without text",
    "cut short",
    "encoding guessed",
    "tracked changes",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a document."""

    page: int = 0
    """0 where the document has no pages."""
    path: tuple[str, ...] = ()
    """The headings above it, outermost first, without the title."""

    def __str__(self) -> str:
        page = f"page {self.page}" if self.page else ""
        return ", ".join(part for part in (page, " › ".join(self.path)) if part)


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A paragraph, a list item, or one cell of a table as a sentence that names its row and its column."""

    text: str
    place: Place
    form: BlockForm = "paragraph"


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something about a document that its visible words do not show."""

    oddity: Oddity
    text: str
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    title: str
    publisher: str
    published: str
    """`YYYY-MM-DD`, empty where the document does not say."""
    doi: str
    language: str
    """As the document declares it, for example `en`; empty where it does not."""
    blocks: tuple[DocumentBlock, ...]
    notes: tuple[ReadingNote, ...] = ()


def document_to_json(document: ParsedDocument) -> str:
    return json.dumps(asdict(document))


def document_from_json(text: str) -> ParsedDocument:
    stored = json.loads(text)
    blocks = tuple(DocumentBlock(one["text"], _place(one["place"]), one["form"]) for one in stored["blocks"])
    notes = tuple(ReadingNote(one["oddity"], one["text"], _place(one["place"])) for one in stored["notes"])
    return ParsedDocument(**{**stored, "blocks": blocks, "notes": notes})


def _place(stored: dict[str, object]) -> Place:
    path = stored["path"]
    assert isinstance(path, list)
    return Place(int(str(stored["page"])), tuple(path))
