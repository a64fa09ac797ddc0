"""Writes a record of a registry as a web page, so that it is read like any other document. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from isletbot.fetching.document import FetchedDocument
from isletbot.fetching.media_types import HTML


@dataclass(frozen=True, slots=True)
class RecordTable:
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RecordSection:
    heading: str
    level: int
    """1 for a section of the record, 2 for one within it, and so on."""
    parts: tuple[str | RecordTable, ...]
    """Paragraphs and tables, in reading order."""


@dataclass(frozen=True, slots=True)
class RegistryRecord:
    """What a registry says of one paper or trial."""

    url: str
    """Where a person reads it."""
    title: str
    publisher: str
    published: date | None
    updated: date | None = None
    doi: str = ""
    licence: str = ""
    language: str = "en"
    sections: tuple[RecordSection, ...] = ()


def write_document(record: RegistryRecord) -> FetchedDocument:
    """The bytes are the same for the same record, so that a later fetch shows whether it changed."""
    return FetchedDocument(
        data=_write_page(record).encode("utf-8"),
        media_type=HTML,
        url=record.url,
        etag="",
        last_modified="",
        charset="utf-8",
        title=record.title,
        publisher=record.publisher,
        published=record.published,
        updated=record.updated,
        doi=record.doi,
        licence=record.licence,
        language=record.language,
    )


def _write_page(record: RegistryRecord) -> str:
    told = {
        "citation_title": record.title,
        "citation_publisher": record.publisher,
        "citation_publication_date": record.published.isoformat() if record.published else "",
        "citation_doi": record.doi,
        "dcterms.modified": record.updated.isoformat() if record.updated else "",
        "dcterms.license": record.licence,
    }
    lines = [
        f'<!doctype html>\n<html lang="{escape(record.language or "en")}">\n<head>\n<meta charset="utf-8">',
        f"<title>{escape(record.title)}</title>",
        f'<link rel="canonical" href="{escape(record.url)}">',
        *(f'<meta name="{name}" content="{escape(value)}">' for name, value in told.items() if value),
        "</head>\n<body>\n<article>",
        f"<h1>{escape(record.title)}</h1>",
        *_write_sections(record.sections),
        "</article>\n</body>\n</html>\n",
    ]
    return "\n".join(lines)


def _write_sections(sections: Sequence[RecordSection]) -> Iterable[str]:
    for section in sections:
        if section.heading:
            level = min(section.level + 1, 6)
            yield f"<h{level}>{escape(section.heading)}</h{level}>"
        for part in section.parts:
            yield _write_table(part) if isinstance(part, RecordTable) else f"<p>{escape(part)}</p>"


def _write_table(table: RecordTable) -> str:
    header = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    lines = ["<table>", f"<caption>{escape(table.caption)}</caption>", f"<thead><tr>{header}</tr></thead>", "<tbody>"]
    for first, *others in table.rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    return "\n".join((*lines, "</tbody>", "</table>"))
