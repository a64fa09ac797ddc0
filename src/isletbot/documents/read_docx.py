"""A Word document becomes blocks, with its headings and tables, and a note for what it hides."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import XMLSyntaxError

from isletbot.documents.headings import HeadingPath
from isletbot.documents.parsed import DocumentBlock, ParsedDocument, ReadingNote
from isletbot.documents.table_sentences import read_table
from isletbot.errors import InputError

_TINY_POINTS = 3
_LIGHT = 240
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_CHANGES = ("ins", "del", "moveFrom", "moveTo")


def read_docx(data: bytes) -> ParsedDocument:
    try:
        document = Document(io.BytesIO(data))
    except (OpcError, BadZipFile, XMLSyntaxError, KeyError, ValueError) as error:
        raise InputError(
            "This document cannot be added. It is a damaged DOCX.", code="bad_document", remedy="Save it again in Word."
        ) from error
    reader = _DocxReader()
    blocks = tuple(reader.read(document))
    facts = document.core_properties
    if any(True for name in _CHANGES for _ in document.element.body.iter(f"{{{_namespace(document)}}}{name}")):
        reader.notes.append(
            ReadingNote("tracked changes", "changes are marked and not accepted; inserted words are left out")
        )
    title = reader.title or (facts.title or "").strip()
    return ParsedDocument(title, "", "", "", (facts.language or "")[:2].lower(), blocks, tuple(reader.notes))


def _namespace(document: Any) -> str:
    return str(document.element.nsmap["w"])


class _DocxReader:
    def __init__(self) -> None:
        self.title = ""
        self.notes: list[ReadingNote] = []
        self._headings = HeadingPath()

    def read(self, document: Any) -> Iterator[DocumentBlock]:
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                rows = [[self._read_cell(cell) for cell in row.cells] for row in part.rows]
                yield from (DocumentBlock(words, self._headings.place, "cell") for words in read_table(rows))
            elif words := self._read_visible(part):
                style = (part.style.name if part.style is not None else "") or ""
                if style.lower() == "title" and not self.title:
                    self.title = words
                elif found := _HEADING.fullmatch(style):
                    self._headings.enter(int(found[1]), words)
                else:
                    form = "item" if style.lower().startswith("list") else "paragraph"
                    yield DocumentBlock(words, self._headings.place, "item" if form == "item" else "paragraph")

    def _read_cell(self, cell: Any) -> str:
        return " ".join(filter(None, (self._read_visible(paragraph) for paragraph in cell.paragraphs)))

    def _read_visible(self, paragraph: Paragraph) -> str:
        seen: list[str] = []
        hidden: list[str] = []
        for piece in paragraph.iter_inner_content():
            for run in getattr(piece, "runs", None) or [piece]:
                (hidden if _is_hidden_run(run, paragraph) else seen).append(run.text)
        if words := " ".join("".join(hidden).split()):
            self.notes.append(ReadingNote("hidden text", words[:500], self._headings.place))
        return " ".join("".join(seen).split())


def _is_hidden_run(run: Any, paragraph: Paragraph) -> bool:
    fonts = [font for font in (getattr(run, "font", None), getattr(paragraph.style, "font", None)) if font is not None]
    if any(font.hidden for font in fonts):
        return True
    size = next((font.size.pt for font in fonts if font.size is not None), 12)
    colour = next((font.color.rgb for font in fonts if font.color is not None and font.color.rgb is not None), None)
    white = colour is not None and all(part >= _LIGHT for part in colour)
    return size < _TINY_POINTS or (white and not _is_shaded(paragraph))


def _is_shaded(paragraph: Paragraph) -> bool:
    """White words on a dark cell can be read."""
    fills = paragraph._p.xpath("./w:pPr/w:shd/@w:fill | ancestor::w:tc/w:tcPr/w:shd/@w:fill")
    return any(fill.lower() not in ("auto", "ffffff") for fill in fills)
