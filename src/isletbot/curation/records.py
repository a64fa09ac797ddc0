"""These types describe what is stored of a conversation, and Protocols name its stores. All of it is redacted, except a
handoff, which a person chose to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from isletbot.types import Answer, Turn

Rating = Literal["helpful", "wrong", "unsafe"]
Channel = Literal["chat", "openai", "mcp"]
HandoffChannelName = Literal["webhook", "mail"]
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Session:
    """One person's conversation through a widget. Only that person knows its token."""

    id: str
    widget: str
    origin: str
    """The origin of the page that opened it; empty for a program."""
    opened_at: datetime
    expires_at: datetime
    seen_at: datetime
    """The time of its last reply."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One answered question in its stored form."""

    question: str
    answer: Answer
    shown: Json
    """The answer as the person got it."""
    at: datetime
    channel: Channel = "chat"
    session_id: str = ""
    """Empty when the caller keeps the conversation."""
    earlier: Sequence[Turn] = ()
    """The turns before it as the caller sent them, when there is no session."""
    claim: str = ""
    """The idempotency key that this reply settles."""


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """A question and its reply in the history of a session."""

    question: str
    shown: Json


@dataclass(frozen=True, slots=True)
class IdempotencyClaim:
    """An idempotency key that is taken."""

    body_digest: str
    shown: Json | None
    """The earlier reply; None while it is still being made."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """A message that a person chose to send to the clinic. It is not redacted, and only the clinic sees it."""

    id: str
    session_id: str
    answer_id: str
    contact: str
    question: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A handoff that is on its way to one channel outside."""

    handoff: Handoff
    channel: HandoffChannelName
    attempts: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of record is stored."""

    days: int
    """The days that a conversation stays after its last reply; with 0 it goes when its session ends."""
    handoff_days: int
    session_idle: timedelta
    """A session ends when nobody asks anything in it for this long."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted because its time was over."""

    at: datetime
    conversations: int
    sessions: int
    handoffs: int


class SessionGone(Exception):
    """The session was deleted while its question was being answered; nothing was stored."""


class Sessions(Protocol):
    def open_session(self, session: Session, token_digest: str) -> None: ...

    def find_session(self, token_digest: str) -> Session | None:
        """Finds a session, an expired one too."""
        ...

    def delete_session(self, session_id: str) -> None:
        """Deletes the session with its conversation. What went to the clinic stays."""
        ...


class ConversationStore(Protocol):
    def keep_answer(self, record: AnswerRecord) -> None:
        """Stores the answer, durable on return. Raises SessionGone."""
        ...

    def holds_answer(self, answer_id: str) -> bool: ...

    def read_history(self, session_id: str) -> tuple[StoredExchange, ...]:
        """Lists the oldest exchange first."""
        ...

    def claim_key(self, claim: str, body_digest: str, now: datetime) -> IdempotencyClaim | None:
        """Claims a key and returns None when it was free; a reply settles it, or `release_key` frees it."""
        ...

    def release_key(self, claim: str) -> None: ...

    def rate_answer(self, answer_id: str, session_id: str, rating: Rating, words: str, now: datetime) -> bool:
        """Stores a rating in place of any earlier one. Returns False when this session (or, with none, no session) got
        no such answer."""
        ...


class Handoffs(Protocol):
    def keep_handoff(self, handoff: Handoff, channels: Sequence[HandoffChannelName]) -> None:
        """Stores the handoff in the clinic's queue and makes it due at once on every channel."""
        ...

    def due_deliveries(self, now: datetime) -> tuple[Delivery, ...]:
        """Leases the due deliveries for some minutes, so that two servers do not deliver the same one."""
        ...

    def settle_delivery(self, delivery: Delivery, now: datetime, failure: str = "") -> None:
        """Records a delivery, or a failure with a later due time until the delivery is given up."""
        ...


class Records(Sessions, ConversationStore, Handoffs, Protocol):
    """The store of everything that people ask."""

    def purge(self, now: datetime, retention: Retention) -> Purge:
        """Deletes what is older than its days. A running session keeps its conversation."""
        ...

    def check(self) -> str:
        """Describes the store and its form. Raises RecordsError when it cannot be used."""
        ...
