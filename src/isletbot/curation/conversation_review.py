"""What staff look back at: conversations as they are kept. Nouns, and the store that is read, as a Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from isletbot.curation.records import Json


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """Which questions to list. What is empty is not asked for."""

    kind: str = ""
    route: str = ""
    rule: str = ""
    rating: str = ""
    words: str = ""
    """In the redacted question."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Of a question in the list, so that the next page begins after it whatever came in meanwhile."""

    at: datetime
    answer_id: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the list has it."""

    answer_id: str
    conversation_id: str
    at: datetime
    question: str
    kind: str
    rule: str
    turns: int
    """Of its conversation."""
    rating: str
    """Empty when nobody rated the reply."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    rows: tuple[QuestionRow, ...]
    older: Cursor | None
    """Where the next page begins; None when there is nothing older."""
    scanned: int = 0
    """How many of the newest questions were looked through, when that was not all; 0 when it was."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply in the form it is kept in."""

    shown: Json
    trace: Json


@dataclass(frozen=True, slots=True)
class ReviewedExchange:
    """A question and everything that is kept of its reply."""

    answer_id: str
    at: datetime
    question: str
    reply: StoredReply
    earlier: tuple[Json, ...]
    """Turns before, where the caller keeps the conversation itself."""
    rating: str
    rating_words: str


@dataclass(frozen=True, slots=True)
class ReviewedConversation:
    id: str
    door: str
    widget: str
    began_at: datetime
    replies: tuple[ReviewedExchange, ...]
    """Oldest first."""


class ConversationReview(Protocol):
    def list_questions(self, filters: ConversationFilter, limit: int, after: Cursor | None = None) -> QuestionPage:
        """The newest first."""
        ...

    def find_conversation(self, conversation_id: str) -> ReviewedConversation | None: ...


@dataclass(frozen=True, slots=True)
class Gap:
    """What people ask and no source says."""

    words: str
    count: int
    path: str
    """Of the page where it can be worked on."""


@dataclass(frozen=True, slots=True)
class ExpiringItem:
    """Something that goes out of date soon, or has."""

    what: str
    name: str
    due: date
    path: str = ""


def count_gaps(asked: Sequence[QuestionRow], limit: int) -> tuple[Gap, ...]:
    """Questions in the same words, the most frequent first; among equals the newest."""
    same: dict[str, list[QuestionRow]] = {}
    for one in asked:
        same.setdefault(" ".join(one.question.casefold().split()).rstrip("?.! "), []).append(one)
    ranked = sorted(same.values(), key=len, reverse=True)[:limit]
    return tuple(
        Gap(group[0].question, len(group), f"/staff/conversations/{group[0].conversation_id}#{group[0].answer_id}")
        for group in ranked
    )
