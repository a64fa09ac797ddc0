"""These types describe the decisions on sources, their versions and how two versions differ; a Protocol names the
store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import unified_diff
from typing import Literal, Protocol

from isletbot.types import Source

Decided = Literal["approved", "withdrawn"]
LineChange = Literal["added", "removed", "place", "same"]
_STATEMENT = re.compile(r"^- (.*?)\s*\{#([\w-]+)\}", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceDecision:
    """A decision of staff about a source."""

    source_id: str
    state: Decided
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class SourceReview:
    """What a person says who has looked at a source again: it is right still, until the next review."""

    source_id: str
    version: str
    """The version of the source that was looked at; it holds for no other."""
    review_due: date
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class SourceVersion:
    """One text of a source that an index held."""

    source: Source
    text: str
    opened_at: datetime
    """The last time that an index with it was opened."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    place: LineChange
    text: str


@dataclass(frozen=True, slots=True)
class TouchedStatements:
    """The names of statements that two versions do not share."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def words(self) -> str:
        told = (("changed", self.changed), ("gone", self.gone), ("new", self.new))
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in told if names) or "no statement is touched"


class Sources(Protocol):
    def list_decisions(self) -> Mapping[str, SourceDecision]:
        """Returns the decisions by source."""
        ...

    def decide(self, decision: SourceDecision) -> None: ...

    def list_reviews(self) -> Mapping[str, SourceReview]:
        """Returns the last review of each source."""
        ...

    def keep_review(self, review: SourceReview) -> None: ...

    def list_versions(self, source_id: str) -> tuple[SourceVersion, ...]:
        """Lists the last opened version first."""
        ...

    def list_latest(self) -> tuple[SourceVersion, ...]:
        """Lists the last opened version of each source."""
        ...

    def keep_versions(self, versions: Sequence[SourceVersion]) -> None: ...


def find_review_due(source: Source, reviews: Mapping[str, SourceReview]) -> date:
    """Returns the day that the source is due for review: that of its card, or a later one that a person has set."""
    review = reviews.get(source.id)
    return (
        max(source.review_due, review.review_due) if review and review.version == source.version else source.review_due
    )


def compare_texts(before: str, after: str) -> tuple[DiffLine, ...]:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))[2:]
    return tuple(DiffLine(_PLACES.get(line[:1], "same"), line) for line in lines)


_PLACES: Mapping[str, LineChange] = {"+": "added", "-": "removed", "@": "place"}


def find_touched(before: str, after: str) -> TouchedStatements:
    old, new = read_statements(before), read_statements(after)
    return TouchedStatements(
        changed=tuple(name for name in old if name in new and old[name] != new[name]),
        gone=tuple(name for name in old if name not in new),
        new=tuple(name for name in new if name not in old),
    )


def read_statements(digest: str) -> Mapping[str, str]:
    """Returns the statements of a digest by anchor; `corpus/README.md` has the form."""
    return {found[2]: " ".join(found[1].split()) for found in _STATEMENT.finditer(digest)}
