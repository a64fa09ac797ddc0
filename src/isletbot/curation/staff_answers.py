"""Answers that staff write: draft, verified, approved by another person, live; and their store. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.types import Finding, Passage, Source

State = Literal["draft", "verified", "live", "unpublished"]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person writes."""

    asks: tuple[str, ...]
    """Ways of asking for it, the plainest first."""
    say: tuple[str, ...]
    """A sentence a line, each with what it rests on: `A sentence. [source-id#anchor: exact words]`."""
    owner: str
    review_due: date
    expires: date = date.max
    """The last day it may be served; `date.max` when it has none."""

    @property
    def text(self) -> str:
        """All of it as lines, for the eye and for comparing."""
        expires = "never" if self.expires == date.max else write_date(self.expires)
        head = (f"Owner: {self.owner}", f"Review due: {write_date(self.review_due)}", f"Expires: {expires}")
        return "\n".join((*head, "", "Asked as:", *self.asks, "", "Says:", *self.say))


@dataclass(frozen=True, slots=True)
class Version:
    answer_id: str
    number: int
    """From 1, without gaps."""
    wording: Wording
    findings: tuple[Finding, ...]
    """What verification found of each sentence when this was saved."""
    written_by: str
    written_at: datetime
    why: str
    """What was changed, in the writer's words."""
    approved_by: str = ""
    approved_at: datetime | None = None
    built_on: tuple[str, ...] = ()
    """Keys of the statements it rested on when it was approved."""

    @property
    def is_supported(self) -> bool:
        return bool(self.findings) and all(finding.outcome == "supported" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    id: str
    made_by: str
    latest: Version
    live: Version | None = None
    """What is served; never one that nobody else has approved."""
    unpublished: str = ""
    """Why it is served no more; empty when it is, or never was."""
    unpublished_at: datetime | None = None

    @property
    def state(self) -> State:
        if self.live:
            return "live"
        if self.unpublished and self.latest.approved_by:
            return "unpublished"
        return "verified" if self.latest.is_supported else "draft"

    @property
    def waits(self) -> bool:
        """Whether its latest version is ready for a second person."""
        return not self.latest.approved_by and self.latest.is_supported


@dataclass(frozen=True, slots=True)
class Use:
    """A question that an answer was given to, redacted."""

    answer_id: str
    question: str
    at: datetime


class Conflict(Exception):
    """Somebody saved another version meanwhile. Carries theirs; the writer still has their own."""

    def __init__(self, theirs: Version) -> None:
        super().__init__(f"version {theirs.number} was saved meanwhile by {theirs.written_by}")
        self.theirs = theirs


class StaffAnswers(Protocol):
    def begin_answer(self, version: Version) -> None:
        """With its first version."""
        ...

    def save_version(self, version: Version) -> None:
        """Its number must be the next one. Raises Conflict, and keeps nothing, when it is not."""
        ...

    def approve_version(self, version: Version, cases: Sequence[Mapping[str, object]]) -> None:
        """`version` as approved; it is live from here, with its regression cases. Raises Conflict when it is not the
        latest any more."""
        ...

    def unpublish(self, version: Version, why: str, at: datetime) -> bool:
        """False when this version is not the live one."""
        ...

    def find_answer(self, answer_id: str) -> StaffAnswer | None: ...

    def list_answers(self) -> tuple[StaffAnswer, ...]:
        """The one that was written last first."""
        ...

    def list_versions(self, answer_id: str) -> tuple[Version, ...]:
        """The newest first."""
        ...

    def list_live(self) -> tuple[Version, ...]: ...

    def list_cases(self) -> tuple[Mapping[str, object], ...]:
        """Regression cases of what is live."""
        ...

    def count_changes(self) -> int:
        """Grows whenever what is live changes."""
        ...

    def count_uses(self, since: datetime) -> Mapping[str, int]:
        """How often each was the answer."""
        ...

    def list_uses(self, answer_id: str, since: datetime, most: int) -> tuple[Use, ...]:
        """The newest first."""
        ...


def check_wording(wording: Wording, today: date) -> None:
    """What must hold before anything is kept. Raises InputError."""
    if not wording.asks:
        raise InputError("It has no way of asking for it.", remedy="Write at least one question it answers.")
    if not wording.say:
        raise InputError("It says nothing.", remedy="Write at least one sentence.")
    if not wording.owner:
        raise InputError("It has no owner.", remedy="Name who keeps it right.")
    doubled = sorted({ask for ask in wording.asks if [each.lower() for each in wording.asks].count(ask.lower()) > 1})
    if doubled:
        raise InputError(f"{doubled[0]!r} is there twice.", remedy="Remove one of the two.")
    for name, day in (("The review date", wording.review_due), ("The expiry date", wording.expires)):
        if day < today:
            raise InputError(f"{name}, {write_date(day)}, is over.", remedy="Choose a day to come.")


def list_objections(
    answer: StaffAnswer,
    by: str,
    found: Sequence[Finding],
    sources: Mapping[str, Source | None],
    taken: Collection[str],
    today: date,
) -> Iterator[str]:
    """Why this person may not approve the latest version, as things stand now. `found` is what verification says today,
    `sources` those it names, None where one is not approved, `taken` the ways of asking for other served answers."""
    latest = answer.latest
    if by in {answer.made_by, latest.written_by}:
        yield "You wrote it. Another person has to approve it."
    if latest.approved_by:
        yield f"{latest.approved_by} approved this version already."
    for number, finding in enumerate(found, 1):
        if finding.outcome != "supported":
            yield f"Sentence {number} is {finding.outcome}: {finding.reason}."
    for name, source in sources.items():
        if source is None:
            yield f"The source {name} is not approved any more."
        elif source.review_due < today:
            yield f"The source {name} was due for a check on {write_date(source.review_due)}."
    for name, day in (("review", latest.wording.review_due), ("expiry", latest.wording.expires)):
        if day < today:
            yield f"Its {name} date, {write_date(day)}, is over."
    for ask in latest.wording.asks:
        if ask.lower() in taken:
            yield f"Another answer that is served is asked for as {ask!r} too."


def find_fault(
    version: Version, standing: Mapping[str, Passage], sources: Collection[str], named: Iterable[str], today: date
) -> str:
    """Why a live version must not be served any more; empty when it may. `standing` are the statements of approved
    sources by name, `named` those that the version names."""
    if version.wording.expires < today:
        return f"It expired on {write_date(version.wording.expires)}."
    for statement in named:
        source = statement.partition("#")[0]
        if source not in sources:
            return f"The source {source} is not approved any more."
        if statement not in standing or standing[statement].key not in version.built_on:
            return f"The statement {statement} was changed or is gone since it was approved."
    return ""
