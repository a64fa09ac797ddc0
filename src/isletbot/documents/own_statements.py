"""The clinic's own statements become a document of their own, one statement a line."""

from __future__ import annotations

from isletbot.documents.media import MediaKind
from isletbot.documents.parsed import DocumentBlock, ParsedDocument, Place
from isletbot.errors import InputError

_MOST = 200


def split_lines(typed: str) -> tuple[str, ...]:
    """Raises InputError when there is none, or more than fit into one source."""
    lines = tuple(" ".join(line.split()) for line in typed.splitlines() if line.strip())
    if not 1 <= len(lines) <= _MOST:
        raise InputError(
            f"There are {len(lines)} statements. A source of your own has 1 to {_MOST}.",
            remedy="Write one statement a line.",
        )
    return lines


def read_own_statements(data: bytes, _kind: MediaKind) -> ParsedDocument:
    """The title on the first line, below it a statement a line. Nothing in them is taken for markup."""
    title, *lines = data.decode("utf-8").split("\n")
    blocks = tuple(DocumentBlock(line, Place()) for line in lines if line)
    return ParsedDocument(title, "", "", "", "en", blocks)
