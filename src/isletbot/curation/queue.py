"""The staff's queue as nouns, what opens it again, and the stores that keep it, as Protocols. All of it is redacted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from isletbot.ports import Vectors

ItemKind = Literal["unsafe", "wrong", "declined", "unverified", "left", "source", "handoff"]
KINDS: tuple[ItemKind, ...] = get_args(ItemKind)
"""The gravest first."""
GroupState = Literal["open", "assigned", "snoozed", "closed"]
Resolution = Literal["answered", "out of scope", "done"]
RESOLUTIONS: tuple[Resolution, ...] = get_args(Resolution)
CaseKind = Literal["not_in_corpus", "answered"]
CASE_KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GroupingFeatures:
    """What a text is grouped by."""

    vector: Vectors
    found: Mapping[str, float]
    """Score by passage key: what the search came up with for it."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One thing that somebody should look at."""

    id: str
    """The same for the same record, so that nothing enters twice."""
    kind: ItemKind
    text: str
    """The question, or what the thing is."""
    detail: str
    at: datetime
    topic: str = ""
    """What it is about, when that is not a matter of meaning: `source:nejm-2025`, `answer:a17`, `handoff:h1`."""
    answer_id: str = ""
    """Of the reply it is about; the item is deleted with it."""
    handoff_id: str = ""
    found: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trend:
    """How many in the last seven days, and in the seven before."""

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
    """The first of its texts that is still kept."""
    topic: str
    state: GroupState
    assignee: str
    snoozed_until: datetime | None
    ending: Resolution | Literal[""]
    answer_id: str
    """The approved answer that closed it."""
    source_wanted: str
    """What source was asked for."""
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
    """A question that a group put into the evaluation."""

    id: str
    group_id: str
    question: str
    kind: CaseKind
    must: tuple[str, ...]
    """Words that a right reply says."""
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which groups to list. What is empty is not asked for."""

    state: GroupState | Literal["", "waiting"] = "waiting"
    """`waiting` are those that somebody has to do something about: open and assigned, and snoozed ones that are due."""
    kind: ItemKind | Literal[""] = ""
    assignee: str = ""
    words: str = ""
    source_wanted: bool = False
    answered: bool = False
    """Closed by an approved answer."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What is set on a group; None leaves a thing as it is."""

    state: GroupState | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    ending: Resolution | Literal[""] | None = None
    answer_id: str | None = None
    source_wanted: str | None = None


class EditConflict(Exception):
    """Somebody else changed the group since it was read."""


class StaffQueue(Protocol):
    def list_groups(self, filters: QueueFilter, now: datetime, limit: int, skip: int = 0) -> tuple[QueueGroup, ...]:
        """Unsafe marks first, then the largest of this week."""
        ...

    def count_groups(self, filters: QueueFilter, now: datetime) -> int: ...

    def find_group(self, group_id: str, now: datetime) -> QueueGroup | None: ...

    def list_items(self, group_id: str, limit: int) -> tuple[QueueItem, ...]:
        """The gravest first, then the newest."""
        ...

    def list_notes(self, group_id: str) -> tuple[GroupNote, ...]: ...

    def change_group(self, group_id: str, change: GroupChange, revision: int) -> None:
        """Raises EditConflict when the group is not of this revision any more."""
        ...

    def add_note(self, group_id: str, note: GroupNote) -> None: ...

    def add_case(self, case: StaffCase) -> None: ...

    def list_cases(self, group_id: str = "") -> tuple[StaffCase, ...]: ...

    def read_contact(self, handoff_id: str) -> tuple[str, str] | None:
        """What somebody who waits for a person wrote, and how to reach them: not redacted."""
        ...


class QueueReports(Protocol):
    """How other rooms feed the queue."""

    def report(self, item: QueueItem) -> None:
        """Into the group of its topic. A thing reported before stays as it is."""
        ...

    def close_answered(self, group_id: str, answer_id: str) -> None:
        """An approved answer is live that settles the group."""
        ...

    def answer_left(self, answer_id: str, text: str, why: str, at: datetime) -> None:
        """An approved answer went out of the replies: the group it closed comes back, or one of its own opens."""
        ...


@dataclass(frozen=True, slots=True)
class KnownGroup:
    """A group as new things are held against it."""

    id: str
    state: GroupState
    ending: str
    meanings: tuple[GroupingFeatures, ...]


class QueueIntake(Protocol):
    """The store, as the job sees it that turns records into items."""

    def take_turn(self, now: datetime) -> bool:
        """False while another server is at it."""
        ...

    def end_turn(self) -> None: ...

    def find_new(self, limit: int) -> tuple[QueueItem, ...]:
        """Records that are no items yet, oldest first. A handoff is not redacted yet."""
        ...

    def list_known(self) -> tuple[KnownGroup, ...]:
        """Groups of meaning."""
        ...

    def keep(self, items: Sequence[tuple[QueueItem, GroupingFeatures | None, str]], now: datetime) -> None:
        """Each with the group it goes to; one of an id not known is made."""
        ...

    def tidy(self) -> None:
        """Take away groups whose every item was deleted, unless staff made something of them."""
        ...


Redact = Callable[[str], str]


def reopens_group(kind: ItemKind, state: GroupState, ending: str) -> bool:
    """Whether a new item opens a group that is closed or sleeps. What is out of scope stays so, unless it harms."""
    if state == "snoozed":
        return kind == "unsafe"
    return state == "closed" and (ending != "out of scope" or kind in ("unsafe", "wrong"))
