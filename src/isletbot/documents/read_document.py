"""Reads a document of any kind in this process; hostile ones are read by `isolated_reading` instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from isletbot.documents.media import MediaKind
from isletbot.documents.parsed import ParsedDocument

_READERS: Mapping[MediaKind, tuple[str, str]] = {
    "pdf": ("read_pdf", "read_pdf"),
    "docx": ("read_docx", "read_docx"),
    "html": ("read_html", "read_html"),
    "markdown": ("read_text", "read_markdown"),
    "text": ("read_text", "read_plain_text"),
}
"""Module and function; imported when needed, since each brings a parser."""


def read_document(data: bytes, kind: MediaKind) -> ParsedDocument:
    """Raises InputError for a document that cannot be read."""
    module, name = _READERS[kind]
    reader: Callable[[bytes], ParsedDocument] = getattr(import_module(f"isletbot.documents.{module}"), name)
    return reader(data)
