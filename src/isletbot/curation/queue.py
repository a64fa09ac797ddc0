"""These types describe the staff's queue and what reopens a group; Protocols name its stores. All of it is redacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from isletbot.ports import Vectors

ItemKind = Literal["unsafe", "wrong", "declined", "unverified", "left", "source", "handoff"]
KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
"""The kinds of item, the gravest first."""
GroupState = Literal["open", "assigned", "snoozed", "closed"]
Resolution = Literal["answered", "out of scope", "done"]
RESOLUTIONS: tuple[Resolution, ...] = get_args(Resolution)
CaseKind = Literal["not_in_corpus", "answered"]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GroupingFeatures:
    """The features that a question is grouped by."""

    vector: Vectors
    found: Mapping[str, float]
    """The score of each passage that the search found, by key."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A thing that somebody should look at."""

    id: str
    """The same id for the same record, so that nothing enters twice."""
    kind: ItemKind
    text: str
    """The question, or a description of the thing."""
    detail: str
    at: datetime
    topic: str = ""
    """The subject of an item that is not grouped by meaning, as `source:nejm-2025`, `answer:a17` or `handoff:h1`."""
    answer_id: str = ""
    """The id of the reply it concerns; the item is deleted with that reply."""
    handoff_id: str = ""
    found: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trend:
    """The counts of the last seven days and of the seven before."""

    now: int
    before: int

    @property
    def words(self) -> str:
        if self.now == self.before:
            return "as many as the week before"
        return f"{abs(self.now - self.before)} {'more' if self.now > self.before else 'fewer'} than the week before"


@dataclass(frozen=True, slots=True)
class QueueGroup:
    id: str
    title: str
    """The first of its texts that is still stored."""
    topic: str
    state: GroupState
    assignee: str
    snoozed_until: datetime | None
    ending: Resolution | Literal[""]
    answer_id: str
    """The id of the approved answer that closed it."""
    source_wanted: str
    """The source that somebody requested."""
    revision: int
    counts: Mapping[ItemKind, int]
    first_at: datetime | None
    last_at: datetime | None
    trend: Trend

    @property
    def count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class GroupNote:
    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class StaffCase:
    """A question that staff added to the evaluation from a group."""

    id: str
    group_id: str
    question: str
    kind: CaseKind
    must: tuple[str, ...]
    """Words that a correct reply says."""
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The groups to list; an empty field matches every group."""

    state: GroupState | Literal["", "waiting"] = "waiting"
    """`waiting` covers groups that need work: open, assigned, and snoozed ones that are due."""
    kind: ItemKind | Literal[""] = ""
    assignee: str = ""
    words: str = ""
    source_wanted: bool = False
    answered: bool = False
    """Whether an approved answer must have closed the group."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The fields to set on a group; None leaves a field as it is."""

    state: GroupState | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    ending: Resolution | Literal[""] | None = None
    answer_id: str | None = None
    source_wanted: str | None = None


class EditConflict(Exception):
    """Somebody else changed the group after it was read."""


class StaffQueue(Protocol):
    def list_groups(self, filters: QueueFilter, now: datetime, limit: int, skip: int = 0) -> tuple[QueueGroup, ...]:
        """Lists people who wait first, the longest waiting before the others; then what was marked unsafe, what was
        marked wrong, and the largest groups of this week."""
        ...

    def count_groups(self, filters: QueueFilter, now: datetime) -> int: ...

    def find_group(self, group_id: str, now: datetime) -> QueueGroup | None: ...

    def list_items(self, group_id: str, limit: int) -> tuple[QueueItem, ...]:
        """Lists the gravest items first, then the newest."""
        ...

    def list_notes(self, group_id: str) -> tuple[GroupNote, ...]: ...

    def change_group(self, group_id: str, change: GroupChange, revision: int) -> None:
        """Changes a group. Raises EditConflict when it has another revision by now."""
        ...

    def add_note(self, group_id: str, note: GroupNote) -> None: ...

    def add_case(self, case: StaffCase) -> None: ...

    def list_cases(self, group_id: str = "") -> tuple[StaffCase, ...]: ...

    def read_contact(self, handoff_id: str) -> tuple[str, str] | None:
        """Returns the message and contact of a person who waits for staff; neither is redacted."""
        ...


class QueueReports(Protocol):
    """The Protocol by which other rooms feed the queue."""

    def report(self, item: QueueItem) -> None:
        """Adds an item to the group of its topic; an item reported before stays as it is."""
        ...

    def close_answered(self, group_id: str, answer_id: str) -> None:
        """Closes a group that a live approved answer settles."""
        ...

    def answer_left(self, answer_id: str, text: str, why: str, at: datetime) -> None:
        """Reopens the group that a withdrawn answer had closed, or opens a group for that answer."""
        ...


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A group with what new questions are compared with."""

    id: str
    state: GroupState
    ending: str
    meanings: tuple[GroupingFeatures, ...]


class QueueIntake(Protocol):
    """The store as the intake job sees it, which turns records into items."""

    def take_turn(self, now: datetime) -> bool:
        """Takes the turn; returns False while another server has it."""
        ...

    def end_turn(self) -> None: ...

    def find_new(self, limit: int) -> tuple[QueueItem, ...]:
        """Lists records that are no items yet, oldest first. A handoff is not redacted yet."""
        ...

    def list_known(self) -> tuple[KnownGroup, ...]:
        """Lists the groups that were made by meaning."""
        ...

    def keep(self, items: Sequence[tuple[QueueItem, GroupingFeatures | None, str]], now: datetime) -> None:
        """Stores each item with its group, and makes a group whose id is new."""
        ...

    def tidy(self) -> None:
        """Deletes groups whose every item was deleted, unless staff worked on them."""
        ...


Redact = Callable[[str], str]


def reopens_group(kind: ItemKind, state: GroupState, ending: str) -> bool:
    """Tells whether a new item reopens a closed or snoozed group. A group out of scope stays closed unless the item
    reports harm."""
    if state == "snoozed":
        return kind == "unsafe"
    return state == "closed" and (ending != "out of scope" or kind in ("unsafe", "wrong"))
