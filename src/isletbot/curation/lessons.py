"""What staff's cases teach the judge until the next training, as nouns, and the store that tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from isletbot.curation.queue import CaseKind


@dataclass(frozen=True, slots=True)
class Lesson:
    text: str
    kind: CaseKind
    answer_id: str
    """Of the approved answer that closed the case's group; empty when none did."""


class Lessons(Protocol):
    def count_changes(self) -> int:
        """Another number after every change of what `list_lessons` tells."""
        ...

    def list_lessons(self) -> tuple[Lesson, ...]:
        """The oldest case first."""
        ...
