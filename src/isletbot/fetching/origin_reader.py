"""Fetches a document from its origin: an address, or the number of a paper or a trial."""

from __future__ import annotations

from dataclasses import dataclass

from isletbot.errors import FetchError
from isletbot.fetching.document import FetchedDocument, Unchanged
from isletbot.fetching.identifiers import read_identifier
from isletbot.fetching.registries import Registries
from isletbot.fetching.safe_client import NO_MARKS, Marks, SafeClient


@dataclass(frozen=True, slots=True)
class OriginReader:
    client: SafeClient
    registries: Registries

    def fetch(self, origin: str, marks: Marks = NO_MARKS) -> FetchedDocument | Unchanged:
        """Raises FetchError."""
        if identifier := read_identifier(origin):
            return self.registries.fetch(identifier)
        if "://" not in origin:
            raise FetchError(
                "address",
                f"{origin[:200]!r} is neither an address nor a PMID, DOI or NCT number.",
                "Write https://…, PMID:12345678, 10.1000/182 or NCT00000000.",
            )
        return self.client.fetch(origin.strip(), marks)


def is_origin(text: str) -> bool:
    """Tells an address or a number from the path of a file."""
    return "://" in text or read_identifier(text) is not None
