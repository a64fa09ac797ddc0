"""What staff do to approved answers: write, verify, approve, take off, try. The rules are the curation room's."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from isletbot.answering.composers.explain import Explanation
from isletbot.console.forms import Form
from isletbot.console.sentences import Checked, SentenceDesk, read_form
from isletbot.curation.staff_answers import StaffAnswer, StaffAnswers, Version, Wording, check_wording, list_objections
from isletbot.curation.staff_cases import KeyWords, make_cases
from isletbot.errors import InputError
from isletbot.ingestion.answer_lines import read_line
from isletbot.ingestion.screen import screen_text
from isletbot.types import Answer, Finding, Source

MOST_ASKS, ASK_CHARS = 60, 300
REVIEW_AFTER = timedelta(days=365)


class Live(Protocol):
    """What is served."""

    def refresh(self) -> None:
        """At once."""
        ...

    def asked_by_others(self, answer_id: str) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """A question put to the whole line, with why it went as it did."""

    answer: Answer
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a form holds, as far as it can be read."""

    asks: str
    checked: tuple[Checked, ...]
    owner: str
    review_due: str
    expires: str
    why: str
    based_on: int = 0
    """Version that the writer began from; 0 for a new answer."""


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    store: StaffAnswers
    live: Live
    sentences: SentenceDesk
    key_words: KeyWords
    run_trial: Callable[[str, Version | None], Trial]
    """As if the version were served, where one is given."""
    today: Callable[[], date]
    cases_file: str

    def find(self, answer_id: str) -> StaffAnswer:
        """Raises InputError."""
        answer = self.store.find_answer(answer_id)
        if answer is None:
            raise InputError("There is no such answer.", remedy="The list of approved answers names every one.")
        return answer

    def make_wording(self, written: Written) -> Wording:
        """Raises InputError for what may not even be kept as a draft."""
        asks = tuple(" ".join(ask.split()) for ask in written.asks.splitlines() if ask.strip())
        if len(asks) > MOST_ASKS or max(map(len, asks), default=0) > ASK_CHARS:
            rule = f"Write at most {MOST_ASKS}, one a line, of at most {ASK_CHARS} characters each."
            raise InputError(f"There are {len(asks)} ways of asking.", remedy=rule)
        wording = Wording(
            asks=asks,
            say=tuple(each.row.line for each in written.checked),
            owner=written.owner,
            review_due=_read_day(written.review_due, "The review date"),
            expires=_read_day(written.expires, "The expiry date") if written.expires else date.max,
        )
        check_wording(wording, self.today())
        if problems := screen_text("", "\n".join((*wording.asks, *wording.say))):
            raise InputError(f"{problems[0].value!r} may not be said: {problems[0].rule}.", remedy=problems[0].remedy)
        return wording

    def save(self, answer_id: str, written: Written, by: str, at: datetime) -> Version:
        """The next version, kept. Raises InputError, and Conflict when another was saved since `based_on`."""
        wording = self.make_wording(written)
        found = self.sentences.check_lines(wording.say)
        number = written.based_on + 1
        version = Version(answer_id or make_id(wording), number, wording, found, by, at, written.why)
        if answer_id:
            self.store.save_version(version)
        else:
            self.store.begin_answer(version)
        return version

    def list_objections(self, answer: StaffAnswer, by: str) -> tuple[str, ...]:
        """Why this person may not approve it; empty when they may."""
        taken = self.live.asked_by_others(answer.id)
        found, sources = self._check(answer.latest), self._list_sources(answer.latest)
        return tuple(list_objections(answer, by, found, sources, taken, self.today()))

    def prepare_approval(
        self, answer: StaffAnswer, by: str, at: datetime
    ) -> tuple[Version, Sequence[Mapping[str, object]]]:
        """The latest version as approved, with its regression cases; nothing is kept yet. Raises InputError with every
        objection."""
        if objections := self.list_objections(answer, by):
            raise InputError("It cannot be approved now.", remedy=" ".join(objections))
        found = self._check(answer.latest)
        keys = dict.fromkeys(quote.key for finding in found for quote in finding.sentence.quotes)
        version = replace(answer.latest, findings=found, approved_by=by, approved_at=at, built_on=tuple(keys))
        reached = self._list_reached(version)
        if not reached:
            remedy = "The test box says why. Ask for it in other words, or say what the sources say first."
            raise InputError("None of its ways of asking would get it.", remedy=remedy)
        sources = tuple(self._list_sources(version))
        return version, make_cases(version, reached, sources, self.key_words)

    def _list_reached(self, version: Version) -> tuple[str, ...]:
        """The ways of asking that the whole line would answer with it; a guard, or another answer, may come before."""
        asked = ((ask, self.run_trial(ask, version).answer) for ask in version.wording.asks)
        return tuple(ask for ask, got in asked if got.kind == "answered" and version.answer_id in got.trace.approved)

    def _check(self, version: Version) -> tuple[Finding, ...]:
        return self.sentences.check_lines(version.wording.say)

    def _list_sources(self, version: Version) -> Mapping[str, Source | None]:
        served = {source.id: source for source in self.sentences.index.sources}
        lines = (read_line(number, value) for number, value in enumerate(version.wording.say))
        names = (name.partition("#")[0] for line in lines if line for name, _ in line.quotes)
        return {name: served.get(name) for name in names}

    def read_form(self, form: Form) -> Written:
        """Each sentence held to its quotes; one that names none is given those that support it."""
        rows = read_form(form)
        return Written(
            asks=form.raw("asks"),
            checked=self.sentences.check(rows),
            owner=form.raw("owner").strip()[:64],
            review_due=form.raw("review_due").strip(),
            expires=form.raw("expires").strip(),
            why=form.raw("why").strip()[:1_000],
            based_on=int(form.raw("based_on")) if form.raw("based_on").isdecimal() else 0,
        )

    def begin(self, question: str, checked: Sequence[Checked], owner: str) -> Written:
        due = (self.today() + REVIEW_AFTER).isoformat()
        return Written(question, tuple(checked), owner, due, "", "First version")


def make_id(wording: Wording) -> str:
    """Readable, and nobody else's."""
    words = re.sub(r"[^a-z0-9]+", "-", wording.asks[0].lower()).strip("-")[:48].strip("-")
    return f"{words or 'answer'}-{secrets.token_hex(3)}"


def _read_day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{name} is {text[:40]!r}.", remedy="Write it as 2027-11-20.") from None
