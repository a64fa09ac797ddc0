"""Staff write answers as drafts; verification and another person's approval make them live. A Protocol names the store.
Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.types import Finding, Passage, Source

AnswerState = Literal["draft", "verified", "live", "unpublished"]


@dataclass(frozen=True, slots=True)
class AnswerWording:
    """The text that a person writes."""

    asks: tuple[str, ...]
    """The ways of asking for it, the plainest first."""
    say: tuple[str, ...]
    """One sentence a line with what it rests on: `A sentence. [source-id#anchor: exact words]`."""
    owner: str
    review_due: date
    expires: date = date.max
    """The last day on which it may be served; `date.max` when it has none."""

    @property
    def text(self) -> str:
        """Returns every field as lines, to read and to compare."""
        expires = "never" if self.expires == date.max else write_date(self.expires)
        head = (f"Owner: {self.owner}", f"Review due: {write_date(self.review_due)}", f"Expires: {expires}")
        return "\n".join((*head, "", "Asked as:", *self.asks, "", "Says:", *self.say))


@dataclass(frozen=True, slots=True)
class AnswerVersion:
    answer_id: str
    number: int
    """Counts from 1 without gaps."""
    wording: AnswerWording
    findings: tuple[Finding, ...]
    """The verification of each sentence when this version was saved."""
    written_by: str
    written_at: datetime
    why: str
    """The reason for the change in the writer's words."""
    approved_by: str = ""
    approved_at: datetime | None = None
    built_on: tuple[str, ...] = ()
    """The keys of the statements it rested on at its approval."""

    @property
    def is_supported(self) -> bool:
        return bool(self.findings) and all(finding.outcome == "supported" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    id: str
    made_by: str
    latest: AnswerVersion
    live: AnswerVersion | None = None
    """The served version, which another person has always approved."""
    unpublished: str = ""
    """The reason why it is not served any more; empty when it is, or never was."""
    unpublished_at: datetime | None = None

    @property
    def state(self) -> AnswerState:
        if self.live:
            return "live"
        if self.unpublished and self.latest.approved_by:
            return "unpublished"
        return "verified" if self.latest.is_supported else "draft"

    @property
    def waits(self) -> bool:
        """Tells whether the latest version is ready for a second person."""
        return not self.latest.approved_by and self.latest.is_supported


@dataclass(frozen=True, slots=True)
class AnswerUse:
    """A redacted question that an answer was given to."""

    answer_id: str
    question: str
    at: datetime


class VersionConflict(Exception):
    """Somebody saved another version meanwhile. The error carries theirs; the writer still has their own."""

    def __init__(self, theirs: AnswerVersion) -> None:
        super().__init__(f"version {theirs.number} was saved meanwhile by {theirs.written_by}")
        self.theirs = theirs


class StaffAnswers(Protocol):
    def begin_answer(self, version: AnswerVersion) -> None:
        """Stores a new answer with its first version."""
        ...

    def save_version(self, version: AnswerVersion) -> None:
        """Stores the next version. Raises VersionConflict, and stores nothing, when its number is not the next one."""
        ...

    def approve_version(self, version: AnswerVersion, cases: Sequence[Mapping[str, object]]) -> None:
        """Makes the approved `version` live with its regression cases. Raises VersionConflict when it is not the latest
        any more."""
        ...

    def unpublish(self, version: AnswerVersion, why: str, at: datetime) -> bool:
        """Takes the answer off; returns False when this version is not the live one."""
        ...

    def find_answer(self, answer_id: str) -> StaffAnswer | None: ...

    def list_answers(self) -> tuple[StaffAnswer, ...]:
        """Lists the answer that was written last first."""
        ...

    def list_versions(self, answer_id: str) -> tuple[AnswerVersion, ...]:
        """Lists the newest version first."""
        ...

    def list_live(self) -> tuple[AnswerVersion, ...]: ...

    def list_cases(self) -> tuple[Mapping[str, object], ...]:
        """Lists the regression cases of live answers."""
        ...

    def count_changes(self) -> int:
        """Returns a number that grows whenever a live answer changes."""
        ...

    def count_uses(self, since: datetime) -> Mapping[str, int]:
        """Counts by id how often each answer was given."""
        ...

    def list_uses(self, answer_id: str, since: datetime, most: int) -> tuple[AnswerUse, ...]:
        """Lists the newest use first."""
        ...


def check_wording(wording: AnswerWording, today: date) -> None:
    """Checks what must hold before anything is stored. Raises InputError."""
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
    """Yields why this person may not approve the latest version now. `found` is today's verification, `sources` the
    named sources, None where one is not approved, `taken` the ways of asking for other served answers."""
    latest = answer.latest
    if by in {answer.made_by, latest.written_by}:
        yield "You wrote it. Another person has to approve it."
    if latest.approved_by:
        yield f"{latest.approved_by} approved this version already."
    for number, finding in enumerate(found, 1):
        if finding.outcome != "supported":
            yield f"Sentence {number} is {finding.outcome}: {finding.reason.text.rstrip('.')}."
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
            yield f"Another answer that staff approved is asked for as “{ask}” too: edit that one, or leave it out."


def find_fault(
    version: AnswerVersion, standing: Mapping[str, Passage], sources: Collection[str], named: Iterable[str], today: date
) -> str:
    """Says why a live version must not be served any more; empty when it may. `standing` holds the statements of
    approved sources by name, `named` those that the version names."""
    if version.wording.expires < today:
        return f"It expired on {write_date(version.wording.expires)}."
    for statement in named:
        source = statement.partition("#")[0]
        if source not in sources:
            return f"The source {source} is not approved any more."
        if statement not in standing or standing[statement].key not in version.built_on:
            return f"The statement {statement} was changed or is gone since it was approved."
    return ""
