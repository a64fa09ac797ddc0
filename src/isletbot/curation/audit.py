"""Who saw and changed what: rows that each carry a hash over the row before, and what a check of them finds. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

BEGINNING = "0" * 64
"""What the first row takes for the hash of the row before."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    at: datetime
    who: str
    """Name of the account; `command line`, or what was typed as a name by somebody who did not come in."""
    action: str
    """A noun and what happened to it: `account.disabled`, `conversation.seen`."""
    target: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    number: int
    """From 1, without gaps."""
    event: AuditEvent
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChainAnchor:
    """How many rows there were, and the hash of the last. Kept elsewhere, it betrays a log cut or written anew."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


NO_ROWS = ChainAnchor(0, BEGINNING)


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """Something that is wrong with the log."""

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to list. What is empty is not asked for."""

    who: str = ""
    action: str = ""
    """The action itself, or what stands before its dot."""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    """In target or detail."""


class AuditLog(Protocol):
    def append(self, event: AuditEvent) -> AuditRow:
        """Durable when this returns; within a larger change, durable or undone with it."""
        ...

    def list_rows(self, filters: AuditFilter, limit: int, before: int = 0) -> tuple[AuditRow, ...]:
        """The newest first; those before this number, when it is not 0."""
        ...

    def count_rows(self, filters: AuditFilter) -> int: ...

    def everything(self) -> Iterator[AuditRow]:
        """The oldest first."""
        ...

    def head(self) -> ChainAnchor:
        """As it is kept apart from the rows."""
        ...


def digest_row(number: int, event: AuditEvent, previous: str) -> str:
    moment = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [number, moment, event.who, event.action, event.target, event.detail, previous]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def read_anchor(text: str) -> ChainAnchor | None:
    count, _, digest = text.strip().partition(":")
    is_one = count.isdigit() and len(digest) == 64 and set(digest) <= set("0123456789abcdef")
    return ChainAnchor(int(count), digest) if is_one else None


@dataclass(slots=True)
class ChainCheck:
    """Goes through the rows once, oldest first, and remembers nothing but the last hash."""

    anchors: tuple[ChainAnchor, ...] = ()
    """The head kept apart, and those printed before."""
    findings: list[AuditProblem] = field(default_factory=list)
    last: ChainAnchor = NO_ROWS

    def run(self, rows: Iterable[AuditRow]) -> ChainAnchor:
        """What the rows end with; `findings` says what is wrong with them."""
        expected = {anchor.count: anchor.digest for anchor in self.anchors if anchor.count}
        for row in rows:
            self._look_at(row)
            if row.number in expected and expected.pop(row.number) != row.digest:
                self._note(row.number, "is not the row it was when its anchor was kept: the rows were written anew")
        for number in sorted(expected):
            self._note(number, f"is missing: an anchor names it, and the rows end with {self.last.count}")
        return self.last

    def _look_at(self, row: AuditRow) -> None:
        due = self.last.count + 1
        if row.number != due:
            lost = f"{due} to {row.number - 1}" if row.number - due > 1 else str(due)
            self._note(due, f"is missing (rows {lost})" if row.number > due else f"comes again, as {row.number}")
        elif row.previous != self.last.digest:
            self._note(row.number, "does not follow the row before it")
        if digest_row(row.number, row.event, row.previous) != row.digest:
            self._note(row.number, "was changed: its hash is not that of its words")
        self.last = ChainAnchor(row.number, row.digest)

    def _note(self, number: int, problem: str) -> None:
        self.findings.append(AuditProblem(number, problem))
