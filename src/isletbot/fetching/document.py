"""A document as a server sent it, before anybody has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the document is the one fetched before."""

    url: str


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """The bytes of one document, and what its server and its registry say about it."""

    data: bytes
    media_type: str
    """The type that the bytes have, without parameters: `text/html`, `application/pdf`."""
    url: str
    """The address that answered, after every redirect; for a registry that of the record for readers."""
    etag: str
    """What the server takes in `If-None-Match`; empty where it gives none."""
    last_modified: str
    """What the server takes in `If-Modified-Since`; empty where it gives none."""
    charset: str = ""
    """The encoding that the server names for a text; empty where it names none."""
    title: str = ""
    publisher: str = ""
    published: date | None = None
    updated: date | None = None
    doi: str = ""
    licence: str = ""
    """The licence as its registry names it, for example `CC BY 4.0`; empty where none is named."""
    language: str = ""
    """A code such as `en`; empty where nothing says which."""
