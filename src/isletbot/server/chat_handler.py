"""Handles a question: redacts it before anything else reads it, asks the bot, and stores the answer before returning
it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from anyio import to_thread

from isletbot.answering.conclude import add_notice
from isletbot.curation.records import AnswerRecord, Channel, ConversationStore, SessionGone, StoredExchange
from isletbot.ports import Listener
from isletbot.server.concurrency import AskAsync
from isletbot.server.sessions import refuse_unknown
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Kind, Notice, Question, Turn

_NO_HELP: frozenset[Kind] = frozenset({"not_in_corpus", "needs_clinician", "out_of_scope"})
_ASKED_FOR_A_PERSON = "human-contact"


@dataclass(frozen=True, slots=True)
class ChatHandler:
    ask: AskAsync
    records: ConversationStore
    redact: Callable[[str], str]
    say: Callable[..., str]
    now: Callable[[], datetime]
    most_turns: int
    """The bot sees the latest turns of a session, at most this many."""
    offers_handoff: bool = True
    channel: Channel = "chat"

    def for_channel(self, channel: Channel) -> ChatHandler:
        return replace(self, channel=channel)

    async def __call__(self, question: Question, listener: Listener | None = None) -> Answer:
        """Answers a question without a session."""
        return await self._reply(question, "", "", listener)

    async def reply(
        self, question: Question, listener: Listener | None = None, *, session_id: str = "", claim: str = ""
    ) -> Answer:
        """The answer is stored when this returns. Raises what the bot raises, and InputError for a session that was
        deleted.

        Without a session the question brings its own history. `claim` is the idempotency key that the stored answer
        settles; the key of a question that was not answered is free again.
        """
        try:
            return await self._reply(question, session_id, claim, listener)
        except BaseException:
            if claim:
                await to_thread.run_sync(self.records.release_key, claim)
            raise

    async def _reply(self, question: Question, session_id: str, claim: str, listener: Listener | None) -> Answer:
        said: Sequence[StoredExchange] = ()
        question = await to_thread.run_sync(self._redact, question)
        if session_id:
            said = await to_thread.run_sync(self.records.read_history, session_id)
            question = replace(question, history=_as_turns(said)[-self.most_turns :] if self.most_turns else ())
        answer = await self.ask(question, listener)
        if session_id and self._should_offer(answer, said):
            answer = add_notice(answer, Notice("handoff-offer", self.say("handoff-offer")))
        record = AnswerRecord(
            question.text,
            answer,
            answer_to_json(answer),
            self.now(),
            self.channel,
            session_id,
            () if session_id else question.history,
            claim,
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
