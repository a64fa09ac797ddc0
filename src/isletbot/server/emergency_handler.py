"""Answers emergencies before anything else, and keeps the replies in a journal until the records have them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TypeVar

from isletbot.answering.conclude import add_notice
from isletbot.curation.journal import Journal, JournalEntry
from isletbot.curation.records import AnswerRecord, Channel, Records, SessionGone
from isletbot.errors import IsletbotError
from isletbot.server.chat_handler import ChatHandler
from isletbot.server.metrics import Metrics
from isletbot.server.request_context import current_request
from isletbot.server.sessions import digest_token
from isletbot.server.suspects_first import SuspectsFirst
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Notice, Question, Turn

_log = logging.getLogger(__name__)
_WAIT_SECONDS = 0.25
"""What a reply waits for the disk, and for the records, at most: it goes out without them then."""
SETTLE_SECONDS = 2.0

T = TypeVar("T")


class EmergencyHandler:
    """Stands before limits, queue, sessions and records. `find` must wait for none of them."""

    def __init__(
        self,
        find: Callable[[Question], Answer | None],
        journal: Journal,
        records: Records,
        chat: ChatHandler,
        metrics: Metrics,
        *,
        suspects: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Of `chat` it takes the redaction, the clock and the offer of a person, never the bot. Texts that `suspects`
        names are read before others that wait; it must be quick, as it runs in the event loop."""
        self._find, self._journal, self._records, self._metrics = find, journal, records, metrics
        self._redact, self._now = chat.redact, chat.now
        self._offer = Notice("handoff-offer", chat.say("handoff-offer")) if chat.offers_handoff else None
        self._suspects = suspects
        self._reading = SuspectsFirst(2)
        self._keeping = ThreadPoolExecutor(2, thread_name_prefix="journal")
        self._settling = Lock()

    async def answer(self, question: Question, channel: Channel = "chat", token: str = "") -> Answer | None:
        """The urgent answer; None for a question that goes the normal way, also when reading it failed."""
        loop = asyncio.get_running_loop()
        try:
            read = partial(copy_context().run, self._read, question)
            answer = await asyncio.wrap_future(self._reading.submit(read, suspect=self._suspects(question.text)))
        except Exception:  # the normal way has triage too
            _log.exception("a message could not be read for red flags before the normal way")
            return None
        if answer is None:
            return None
        if token and self._offer:
            answer = add_notice(answer, self._offer)
        current_request().record_answer(answer)
        self._metrics.count_answer(answer)
        entry = JournalEntry(self._make_record(question, answer, channel, bool(token)), token and digest_token(token))
        await _wait_briefly(loop.run_in_executor(self._keeping, self._keep, entry))
        return answer

    def settle(self) -> None:
        """Moves what the journal holds into the records. Raises RecordsError while they are away."""
        if not self._settling.acquire(blocking=False):
            return  # another thread is at it, or waits for the records
        try:
            for entry in self._journal.read():
                self._store(entry)
                self._journal.remove({entry.record.answer.id})
        finally:
            self._settling.release()

    def forget(self, token: str) -> None:
        self._journal.forget(digest_token(token))

    def _read(self, question: Question) -> Answer | None:
        return self._find(self._redact_question(question))

    def _redact_question(self, question: Question) -> Question:
        turns = tuple(Turn(turn.role, self._redact(turn.content)) for turn in question.history)
        return Question(self._redact(question.text), turns)

    def _make_record(self, question: Question, answer: Answer, channel: Channel, in_session: bool) -> AnswerRecord:
        earlier = () if in_session else self._redact_question(question).history
        return AnswerRecord(answer.trace.question, answer, answer_to_json(answer), self._now(), channel, "", earlier)

    def _keep(self, entry: JournalEntry) -> None:
        try:
            self._journal.append(entry)
        except IsletbotError as error:
            _log.error("an urgent reply is not in the journal: %s", error)
            self._try(lambda: self._store(entry))
        else:
            self._try(self.settle)

    def _store(self, entry: JournalEntry) -> None:
        """Once only, though a crash may have left in the journal what the records have."""
        if self._records.holds_answer(entry.record.answer.id):
            return
        session = self._records.find_session(entry.token_digest) if entry.token_digest else None
        try:
            self._records.keep_answer(replace(entry.record, session_id=session.id if session else ""))
        except SessionGone:
            _log.info("an urgent reply was not kept: its session was deleted")

    def _try(self, do: Callable[[], None]) -> None:
        try:
            do()
        except IsletbotError as error:
            _log.error("an urgent reply waits for the records: %s", error)


async def _wait_briefly(work: Awaitable[T]) -> None:
    working = asyncio.ensure_future(work)
    done, _ = await asyncio.wait({working}, timeout=_WAIT_SECONDS)
    for one in done:
        if error := one.exception():
            _log.error("an urgent reply could not be kept: %s", type(error).__name__, exc_info=error)
