"""Takes out of a document what nobody sees in its letters, and notes where something was taken out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from isletbot.documents.parsed import DocumentBlock, ParsedDocument, Place, ReadingNote
from isletbot.ingestion.screen import remove_hidden

_HARMLESS = str.maketrans({"\u00ad": None, "\ufeff": None})
"""Soft hyphens and byte order marks, which word processors leave behind."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def clean_document(document: ParsedDocument) -> ParsedDocument:
    """The same document in letters that are seen; quotes of it are made of these."""
    notes: list[ReadingNote] = []

    def clean(text: str, place: Place) -> str:
        spelled = text.translate(_HARMLESS).translate(_LIGATURES)
        seen = remove_hidden(spelled)
        if seen != spelled:
            notes.append(ReadingNote("hidden characters", seen[:200], place))
        return " ".join(seen.split())

    blocks = tuple(_clean_block(block, clean(block.text, block.place), clean) for block in document.blocks)
    title, publisher = clean(document.title, Place()), clean(document.publisher, Place())
    return replace(
        document,
        title=title,
        publisher=publisher,
        blocks=tuple(block for block in blocks if block.text),
        notes=(*document.notes, *notes),
    )


def _clean_block(block: DocumentBlock, text: str, clean: Callable[[str, Place], str]) -> DocumentBlock:
    path = tuple(clean(name, block.place) for name in block.place.path)
    return replace(block, text=text, place=replace(block.place, path=path))
