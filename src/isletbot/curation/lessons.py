"""Lessons are the labelled questions of staff that the judge uses until the next training; a Protocol names their
store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from isletbot.curation.queue import CaseKind


@dataclass(frozen=True, slots=True)
class Lesson:
    text: str
    kind: CaseKind
    answer_id: str
    """The id of the approved answer that closed the case's group; empty when none did."""


class Lessons(Protocol):
    def count_changes(self) -> int:
        """Returns another number after every change of the lessons."""
        ...

    def list_lessons(self) -> tuple[Lesson, ...]:
        """Lists the oldest case first."""
        ...
