"""An editor writes, verifies and previews approved answers, and prepares their approval by the rules of the curation
room."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from isletbot.answering.composers.explain import Explanation
from isletbot.console.answer_trial import TriedAsk, try_asks
from isletbot.console.form_parsing import Form
from isletbot.console.reasons import explain_reason
from isletbot.console.sentence_editor import CheckedSentence, SentenceEditor, read_sentence_rows
from isletbot.curation.staff_answers import (
    AnswerVersion,
    AnswerWording,
    StaffAnswer,
    StaffAnswers,
    check_wording,
    list_objections,
)
from isletbot.curation.staff_cases import KeyWords, make_cases
from isletbot.errors import InputError
from isletbot.ingestion.answer_lines import read_line
from isletbot.ingestion.screen import screen_text
from isletbot.types import Answer, ApprovedAnswer, Finding, Source

MOST_ASKS, ASK_CHARS = 60, 300
REVIEW_AFTER = timedelta(days=365)


class ServedAnswers(Protocol):
    """The approved answers that the bot serves now."""

    def refresh(self) -> None:
        """Reads the records at once and serves what they hold."""
        ...

    def asked_by_others(self, answer_id: str) -> Mapping[str, str]: ...

    def find_shipped(self, text: str) -> ApprovedAnswer | None: ...


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer that a question would get, with the reason for each candidate."""

    answer: Answer
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """The fields of the answer form, as far as they can be read."""

    asks: str
    checked: tuple[CheckedSentence, ...]
    owner: str
    review_due: str
    expires: str
    why: str
    based_on: int = 0
    """The version that the writer started from; 0 for a new answer."""


@dataclass(frozen=True, slots=True)
class AnswerEditor:
    store: StaffAnswers
    served: ServedAnswers
    sentences: SentenceEditor
    key_words: KeyWords
    preview: Callable[[str, AnswerVersion | None], Preview]
    """Puts a question to the whole pipeline, as if the given version were served."""
    today: Callable[[], date]
    cases_file: str

    def find(self, answer_id: str) -> StaffAnswer:
        """Returns the answer of this id. Raises InputError."""
        answer = self.store.find_answer(answer_id)
        if answer is None:
            raise InputError("There is no such answer.", remedy="The list of approved answers names every one.")
        return answer

    def make_wording(self, draft: AnswerDraft) -> AnswerWording:
        """Turns a draft into a wording. Raises InputError for a text that may not be stored even as a draft."""
        asks = tuple(" ".join(ask.split()) for ask in draft.asks.splitlines() if ask.strip())
        if len(asks) > MOST_ASKS or max(map(len, asks), default=0) > ASK_CHARS:
            rule = f"Write at most {MOST_ASKS}, one a line, of at most {ASK_CHARS} characters each."
            raise InputError(f"There are {len(asks)} ways of asking.", remedy=rule)
        wording = AnswerWording(
            asks=asks,
            say=tuple(each.row.line for each in draft.checked),
            owner=draft.owner,
            review_due=_parse_day(draft.review_due, "The review date"),
            expires=_parse_day(draft.expires, "The expiry date") if draft.expires else date.max,
        )
        check_wording(wording, self.today())
        if problems := screen_text("", "\n".join((*wording.asks, *wording.say))):
            raise InputError(f"{problems[0].value!r} may not be said: {problems[0].rule}.", remedy=problems[0].remedy)
        return wording

    def save(self, answer_id: str, draft: AnswerDraft, by: str, at: datetime) -> AnswerVersion:
        """Stores the draft as the next version. Raises InputError, and VersionConflict when somebody saved another
        version after `based_on`."""
        wording = self.make_wording(draft)
        found = self.sentences.check_lines(wording.say)
        number = draft.based_on + 1
        version = AnswerVersion(answer_id or make_answer_id(wording), number, wording, found, by, at, draft.why)
        if answer_id:
            self.store.save_version(version)
        else:
            self.store.begin_answer(version)
        return version

    def list_objections(self, answer: StaffAnswer, by: str) -> tuple[str, ...]:
        """Lists why this person may not approve the answer; empty when they may."""
        taken = self.served.asked_by_others(answer.id)
        found = [
            replace(one, reason=replace(one.reason, text=explain_reason(one.reason, one.sentence.text)))
            for one in self._check(answer.latest)
        ]
        sources = self._list_sources(answer.latest)
        return tuple(list_objections(answer, by, found, sources, taken, self.today()))

    def prepare_approval(
        self, answer: StaffAnswer, by: str, at: datetime
    ) -> tuple[AnswerVersion, Sequence[Mapping[str, object]]]:
        """Returns the latest version as approved, and its regression cases, without storing either. Raises InputError
        that lists every objection."""
        if objections := self.list_objections(answer, by):
            raise InputError("It cannot be approved now.", remedy=" ".join(objections))
        found = self._check(answer.latest)
        keys = dict.fromkeys(quote.key for finding in found for quote in finding.sentence.quotes)
        version = replace(answer.latest, findings=found, approved_by=by, approved_at=at, built_on=tuple(keys))
        reached = tuple(one.ask for one in self.try_asks(version) if one.given)
        if not reached:
            remedy = "An emergency or a personal question goes first: the test box says which. Ask in other words."
            raise InputError("None of its ways of asking would get it.", remedy=remedy)
        sources = tuple(self._list_sources(version))
        return version, make_cases(version, reached, sources, self.key_words)

    def try_asks(self, version: AnswerVersion) -> tuple[TriedAsk, ...]:
        """Puts each way of asking to the whole pipeline as if the version were served; a guard may come first."""
        return tuple(try_asks(version, lambda ask: self.preview(ask, version).answer, self.served.find_shipped))

    def preview_draft(self, draft: AnswerDraft) -> Answer | None:
        """Returns the reply to the first way of asking as a patient would get it; None for a draft that may not be
        stored yet."""
        try:
            wording = self.make_wording(draft)
        except InputError:
            return None
        version = AnswerVersion("preview", 1, wording, (), "", datetime.min.replace(tzinfo=UTC), "")
        return self.preview(wording.asks[0], version).answer

    def _check(self, version: AnswerVersion) -> tuple[Finding, ...]:
        return self.sentences.check_lines(version.wording.say)

    def _list_sources(self, version: AnswerVersion) -> Mapping[str, Source | None]:
        served = {source.id: source for source in self.sentences.index.sources}
        lines = (read_line(number, value) for number, value in enumerate(version.wording.say))
        names = (name.partition("#")[0] for line in lines if line for name, _ in line.quotes)
        return {name: served.get(name) for name in names}

    def read_draft(self, form: Form) -> AnswerDraft:
        """Reads a draft from the form and checks each sentence against its quotes. A sentence without quotes gets those
        that support it."""
        rows = read_sentence_rows(form)
        return AnswerDraft(
            asks=form.raw("asks"),
            checked=self.sentences.check(rows),
            owner=form.raw("owner").strip()[:64],
            review_due=form.raw("review_due").strip(),
            expires=form.raw("expires").strip(),
            why=form.raw("why").strip()[:1_000],
            based_on=int(form.raw("based_on")) if form.raw("based_on").isdecimal() else 0,
        )

    def begin(self, question: str, checked: Sequence[CheckedSentence], owner: str) -> AnswerDraft:
        due = (self.today() + REVIEW_AFTER).isoformat()
        return AnswerDraft(question, tuple(checked), owner, due, "", "First version")


def make_answer_id(wording: AnswerWording) -> str:
    """Makes a readable id with a random end, so that no two answers share one."""
    words = re.sub(r"[^a-z0-9]+", "-", wording.asks[0].lower()).strip("-")[:48].strip("-")
    return f"{words or 'answer'}-{secrets.token_hex(3)}"


def _parse_day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{name} is {text[:40]!r}.", remedy="Write it as 2027-11-20.") from None
