"""What is kept of a conversation, as nouns, and the store that keeps it, as Protocols. All of it is redacted, but a
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
    """One person's conversation through a widget. Its token is known to that person only."""

    id: str
    widget: str
    origin: str
    """Of the page it was opened from; empty for a program."""
    opened_at: datetime
    expires_at: datetime
    seen_at: datetime
    """When the last reply was given in it."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One question answered, as it is kept."""

    question: str
    answer: Answer
    shown: Json
    """The answer as the person got it."""
    at: datetime
    channel: Channel = "chat"
    session_id: str = ""
    """Empty when the caller keeps the conversation itself."""
    earlier: Sequence[Turn] = ()
    """Without a session: the turns before, as the caller sent them."""
    claim: str = ""
    """The idempotency key that this reply settles."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply in a session's history."""

    question: str
    shown: Json


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key that is free no more."""

    body_digest: str
    shown: Json | None
    """The reply of before; None while it is still being made."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """What a person chose to send to the clinic: not redacted, seen by nobody else."""

    id: str
    session_id: str
    answer_id: str
    contact: str
    question: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A handoff on its way to one place outside."""

    handoff: Handoff
    channel: HandoffChannelName
    attempts: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept."""

    days: int
    """Conversations, after the last reply in them; with 0 they go when their session is over."""
    handoff_days: int
    session_idle: timedelta
    """A session in which nothing was asked for this long is over."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted because its time was over."""

    at: datetime
    conversations: int
    sessions: int
    handoffs: int


class SessionGone(Exception):
    """The session was deleted while its question was being answered; nothing was kept."""


class Sessions(Protocol):
    def open_session(self, session: Session, token_digest: str) -> None: ...

    def find_session(self, token_digest: str) -> Session | None:
        """Also one that has expired."""
        ...

    def delete_session(self, session_id: str) -> None:
        """With everything said in it. What went to the clinic stays."""
        ...


class Conversations(Protocol):
    def keep_answer(self, record: AnswerRecord) -> None:
        """Durable when this returns. Raises SessionGone."""
        ...

    def holds_answer(self, answer_id: str) -> bool: ...

    def read_history(self, session_id: str) -> tuple[Exchange, ...]:
        """Oldest first."""
        ...

    def claim_key(self, claim: str, body_digest: str, now: datetime) -> Claim | None:
        """None when the key was free and is the caller's now, until a reply settles it or `release_key`."""
        ...

    def release_key(self, claim: str) -> None: ...

    def rate_answer(self, answer_id: str, session_id: str, rating: Rating, words: str, now: datetime) -> bool:
        """False when this session (or, with none, no session) was given no such answer. The latest rating counts."""
        ...


class Handoffs(Protocol):
    def keep_handoff(self, handoff: Handoff, channels: Sequence[HandoffChannelName]) -> None:
        """In the clinic's queue, and due at once on every channel."""
        ...

    def due_deliveries(self, now: datetime) -> tuple[Delivery, ...]:
        """Taken for some minutes, so that two servers do not deliver the same one at once."""
        ...

    def settle_delivery(self, delivery: Delivery, now: datetime, failure: str = "") -> None:
        """Delivered; or failed for now, and due again later and later until it is given up."""
        ...


class Records(Sessions, Conversations, Handoffs, Protocol):
    """Everything that is kept of what people ask."""

    def purge(self, now: datetime, retention: Retention) -> Purge:
        """Delete what is older than its days. A session that still runs keeps its conversation."""
        ...

    def check(self) -> str:
        """What store this is and of which form. Raises RecordsError when it cannot be used."""
        ...
