"""Where questions are taken in, redacted before anything sees them, and replies handed out, kept before anyone has
them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from anyio import to_thread

from isletbot.curation.records import AnswerRecord, ConversationStore, Door, SessionGone, StoredExchange
from isletbot.ports import Listener
from isletbot.server.line_queue import Answers
from isletbot.server.sessions import refuse_unknown
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Kind, Notice, Question, Turn

_NO_HELP: frozenset[Kind] = frozenset({"not_in_corpus", "needs_clinician", "out_of_scope"})
_ASKED_FOR_A_PERSON = "human-contact"


@dataclass(frozen=True, slots=True)
class Errand:
    """A question, and whose it is."""

    question: Question
    session_id: str = ""
    """Empty for a caller that keeps the conversation itself."""
    claim: str = ""
    """Idempotency key that the reply settles."""


@dataclass(frozen=True, slots=True)
class Desk:
    answers: Answers
    records: ConversationStore
    redact: Callable[[str], str]
    say: Callable[..., str]
    now: Callable[[], datetime]
    most_turns: int
    """Of a session's history, the latest."""
    offers_handoff: bool = True
    door: Door = "chat"

    def at(self, door: Door) -> Desk:
        return replace(self, door=door)

    async def __call__(self, question: Question, listener: Listener | None = None) -> Answer:
        """For the ways in that know no sessions; a Desk is an `Answers` itself."""
        return await self.reply(Errand(question), listener)

    async def reply(self, errand: Errand, listener: Listener | None = None) -> Answer:
        """Kept for good when this returns. Raises what the line raises, and InputError for a session that is gone."""
        said: Sequence[StoredExchange] = ()
        question = await to_thread.run_sync(self._redact, errand.question)
        if errand.session_id:
            said = await to_thread.run_sync(self.records.read_history, errand.session_id)
            question = replace(question, history=_as_turns(said)[-self.most_turns :] if self.most_turns else ())
        answer = await self.answers(question, listener)
        if errand.session_id and self._should_offer(answer, said):
            answer = _add_notice(answer, Notice("handoff-offer", self.say("handoff-offer")))
        record = AnswerRecord(
            question.text,
            answer,
            answer_to_json(answer),
            self.now(),
            self.door,
            errand.session_id,
            () if errand.session_id else question.history,
            errand.claim,
        )
        try:
            await to_thread.run_sync(self.records.keep_answer, record)
        except SessionGone:
            raise refuse_unknown() from None
        return answer

    def _redact(self, question: Question) -> Question:
        turns = tuple(Turn(turn.role, self.redact(turn.content)) for turn in question.history)
        return Question(self.redact(question.text), turns)

    def _should_offer(self, answer: Answer, said: Sequence[StoredExchange]) -> bool:
        triage = answer.trace.triage
        asked = triage is not None and triage.say == _ASKED_FOR_A_PERSON
        again = answer.kind in _NO_HELP and bool(said) and said[-1].shown["kind"] in _NO_HELP
        return self.offers_handoff and (asked or again or answer.kind == "urgent")


def _as_turns(said: Sequence[StoredExchange]) -> tuple[Turn, ...]:
    pairs = ((Turn("user", one.question), Turn("assistant", str(one.shown["text"]))) for one in said)
    return tuple(turn for pair in pairs for turn in pair)


def _add_notice(answer: Answer, notice: Notice) -> Answer:
    return replace(answer, text=f"{answer.text}\n\n{notice.text}", notices=(*answer.notices, notice))
