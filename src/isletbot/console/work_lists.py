"""A work list holds what waits for staff of one subject. Home shows them all, the menu their counts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class WorkDetail:
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkItem:
    words: str
    path: str
    tag: str = ""
    grave: bool = False
    """Whether it may harm somebody to leave it."""
    since: datetime | None = None
    due: date | None = None
    details: tuple[WorkDetail, ...] = ()
    """What one must know of it before one opens it."""


@dataclass(frozen=True, slots=True)
class WorkList:
    title: str
    place: int
    """The rank on the page; a person who waits comes first."""
    items: tuple[WorkItem, ...]
    count: int
    """The number of things that wait; the page shows the first."""
    path: str
    """The page that shows them all."""


def tell_wait(since: datetime, now: datetime) -> str:
    """Says how long something waits, in the largest whole unit."""
    seconds = max(int((now - since) / timedelta(seconds=1)), 0)
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
