"""A PDF becomes blocks with their pages, and a note for each page without text and each run nobody can see."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from isletbot.documents.parsed import ParsedDocument, Place, ReadingNote
from isletbot.documents.pdf_lines import PdfLine, drop_running_lines, find_title, make_lines, read_lines
from isletbot.documents.pdf_runs import read_runs
from isletbot.errors import InputError

MOST_PAGES = 2_000
_FEWEST_LETTERS = 20
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]*[\w)])")


def read_pdf(data: bytes) -> ParsedDocument:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every small fault in a file
    try:
        reader = _open(data)
        lines, notes = _read_pages(reader)
        facts: Any = reader.metadata or {}
    except (PyPdfError, RecursionError, KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise _refuse(f"It is a damaged PDF ({type(error).__name__}).", "Print it to PDF again.") from error
    if sum(len(line.text) for line in lines) < _FEWEST_LETTERS:
        what = "It has no text that can be seen: it is a scan, or pictures of text."
        raise _refuse(what, "Run text recognition and save the text as a document, then compare it with the scan.")
    lines = drop_running_lines(lines)
    title = _choose_title(str(facts.get("/Title") or "").strip(), lines)
    blocks = tuple(read_lines(lines, title))
    doi = next((found[1] for line in lines[:80] if (found := _DOI.search(line.text))), "")
    # The day that a file was made is not the day that its words were published, so no date is read from it.
    return ParsedDocument(title, "", "", doi, _find_language(reader), blocks, tuple(notes))


def _open(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _refuse("It is encrypted.", "Save it without a password.")
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise _refuse(f"It has {pages:,} pages; at most {MOST_PAGES:,} are read.", "Add the parts one by one.")
    return reader


def _read_pages(reader: PdfReader) -> tuple[list[PdfLine], list[ReadingNote]]:
    lines: list[PdfLine] = []
    notes: list[ReadingNote] = []
    for number, page in enumerate(reader.pages, 1):
        runs = read_runs(page)
        seen = make_lines(number, [run for run in runs if not run.hidden])
        hidden = " ".join(" ".join(run.text for run in runs if run.hidden).split())
        if hidden:
            notes.append(ReadingNote("hidden text", hidden[:500], Place(number)))
        if not seen:
            notes.append(ReadingNote("page without text", "it may be a picture of text", Place(number)))
        lines += seen
    return lines, notes


def _choose_title(named: str, lines: list[PdfLine]) -> str:
    """The title that the file names, where its first page says it; programs often write something else there."""
    first = " ".join(line.text for line in lines if line.page == lines[0].page)
    return named if named and named.lower() in first.lower() else find_title(lines) or named


def _find_language(reader: PdfReader) -> str:
    return str(reader.root_object.get("/Lang") or "")[:2].lower()


def _refuse(what: str, remedy: str) -> InputError:
    return InputError(f"This document cannot be added. {what}", code="bad_document", remedy=remedy)
