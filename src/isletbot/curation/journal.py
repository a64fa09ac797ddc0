"""Urgent replies that are given before they are in the records, as nouns, and the journal that holds them meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from isletbot.curation.records import AnswerRecord


@dataclass(frozen=True, slots=True)
class JournalEntry:
    record: AnswerRecord
    token_digest: str = ""
    """Of the session's token as the caller sent it, not checked yet; empty without one."""


class Journal(Protocol):
    """Bounded, durable, shared by the processes of one machine."""

    def append(self, entry: JournalEntry) -> None:
        """On the disk when this returns. Raises RecordsError when it is full or cannot be written."""
        ...

    def read(self) -> tuple[JournalEntry, ...]:
        """Oldest first. Raises RecordsError."""
        ...

    def remove(self, answer_ids: Collection[str]) -> None: ...

    def forget(self, token_digest: str) -> None:
        """Remove what was said with this token."""
        ...
