"""Markdown and plain text become blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from markdown_it import MarkdownIt

from isletbot.documents.encodings import decode_text
from isletbot.documents.headings import HeadingPath
from isletbot.documents.parsed import DocumentBlock, ParsedDocument
from isletbot.documents.read_html import read_html

_FRONT = re.compile(r"\A---\r?\n(?P<fields>.*?)\r?\n---\r?\n", re.DOTALL)
_FIELD = re.compile(r"^(?P<name>title|publisher|date|published|doi|lang|language)\s*:\s*(?P<value>.+)$", re.MULTILINE)
_ITEM = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s+(?P<text>\S.*)", re.DOTALL)
_ENDS = (".", "!", ":", ";", ",", "”", '"')
_NUMBERED = re.compile(r"\d+(?:\.\d+)*\.?\s+[A-Z]")
"""Matches `2 Safety` and `2.1. Safety`, not `24 Jun 2026`."""
_DAY = re.compile(r"\d{1,2}\s+[A-Z][a-z]+\s+\d{4}")
_FEWEST_WORDS = 3
_TITLE_WITHIN = 5
_LONGEST_HEADING = 80


def read_markdown(data: bytes) -> ParsedDocument:
    decoded = decode_text(data)
    front = _FRONT.match(decoded.text)
    fields = (
        {found["name"]: found["value"].strip(" \"'\r") for found in _FIELD.finditer(front["fields"])} if front else {}
    )
    body = decoded.text[front.end() :] if front else decoded.text
    page = MarkdownIt("commonmark").enable("table").render(body)
    made = read_html(f"<html><body>{page}</body></html>".encode(), whole_page=False)
    title = fields.get("title") or made.title
    if not fields.get("title") and not re.search(r"<h1\b", page):
        title = ""
    return replace(
        made,
        title=title,
        publisher=fields.get("publisher", ""),
        published=_read_day(fields.get("published") or fields.get("date", "")),
        doi=fields.get("doi", ""),
        language=(fields.get("language") or fields.get("lang", ""))[:2].lower(),
        notes=(*decoded.notes, *made.notes),
    )


def read_plain_text(data: bytes) -> ParsedDocument:
    """A short line alone that ends in no mark is a heading; the first one is the title."""
    decoded = decode_text(data)
    paragraphs = [piece for piece in re.split(r"\n\s*\n", decoded.text.replace("\r\n", "\n")) if piece.strip()]
    at = next((at for at, piece in enumerate(paragraphs[:_TITLE_WITHIN]) if _is_title(piece)), None)
    title = "" if at is None else " ".join(paragraphs[at].split())
    headings = HeadingPath()
    blocks = tuple(_read_paragraphs(paragraphs if at is None else paragraphs[at + 1 :], headings))
    return ParsedDocument(title, "", "", "", "", blocks, decoded.notes)


def _is_title(paragraph: str) -> bool:
    return _is_heading(paragraph) and len(paragraph.split()) >= _FEWEST_WORDS


def _read_paragraphs(paragraphs: list[str], headings: HeadingPath) -> Iterator[DocumentBlock]:
    for paragraph in paragraphs:
        if _is_heading(paragraph):
            headings.enter(1, paragraph)
            continue
        for piece in re.split(r"\n(?=\s*(?:[-*•–]|\d{1,2}[.)])\s)|(?<=[.!?])\n", paragraph):
            item = _ITEM.fullmatch(piece.strip())
            words = " ".join((item["text"] if item else piece).split())
            if words:
                yield DocumentBlock(words, headings.place, "item" if item else "paragraph")


def _is_heading(paragraph: str) -> bool:
    line = paragraph.strip()
    begins = line[:1].isupper() or (_NUMBERED.match(line) is not None and not _DAY.match(line))
    return "\n" not in line and len(line) <= _LONGEST_HEADING and begins and not line.endswith(_ENDS)


def _read_day(value: str) -> str:
    found = re.match(r"\d{4}-\d{2}-\d{2}", value)
    return found[0] if found else ""
