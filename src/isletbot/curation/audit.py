"""The audit log records who saw and changed what. Each row carries a hash over the row before, and a check finds what
does not match. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

BEGINNING = "0" * 64
"""The hash that the first row carries for the row before it."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    at: datetime
    who: str
    """The account's name, `command line`, or the name that somebody typed who did not sign in."""
    action: str
    """A noun and what happened to it, as in `account.disabled` or `conversation.seen`."""
    target: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    number: int
    """Counts from 1 without gaps."""
    event: AuditEvent
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChainAnchor:
    """The number of rows and the hash of the last. An anchor kept elsewhere betrays a log that was cut or rewritten."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


NO_ROWS = ChainAnchor(0, BEGINNING)


@dataclass(frozen=True, slots=True)
class AuditProblem:
    """A defect that a check found in the log."""

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """The rows to list; an empty field matches every row."""

    who: str = ""
    action: str = ""
    """The whole action, or its first part before the dot."""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    """Text that target or detail contains."""


class AuditLog(Protocol):
    def append(self, event: AuditEvent) -> AuditRow:
        """Adds a row, durable on return; within a larger change it is durable or undone with that change."""
        ...

    def list_rows(self, filters: AuditFilter, limit: int, before: int = 0) -> tuple[AuditRow, ...]:
        """Lists the newest rows first, below the number `before` when it is not 0."""
        ...

    def count_rows(self, filters: AuditFilter) -> int: ...

    def everything(self) -> Iterator[AuditRow]:
        """Yields the oldest row first."""
        ...

    def head(self) -> ChainAnchor:
        """Returns the head, which is stored apart from the rows."""
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
    """Reads the rows once, oldest first, and remembers only the last hash."""

    anchors: tuple[ChainAnchor, ...] = ()
    """The stored head, and anchors that were printed before."""
    findings: list[AuditProblem] = field(default_factory=list)
    last: ChainAnchor = NO_ROWS

    def run(self, rows: Iterable[AuditRow]) -> ChainAnchor:
        """Returns the anchor of the last row; `findings` lists every defect."""
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
