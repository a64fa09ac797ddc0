"""Staff review stored conversations through these types and this Protocol of their store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from isletbot.curation.records import Json


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """The questions to list; an empty field matches every question."""

    kind: str = ""
    route: str = ""
    rule: str = ""
    rating: str = ""
    words: str = ""
    """Text that the redacted question contains."""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of a question in the list, so that the next page continues there whatever arrived meanwhile."""

    at: datetime
    answer_id: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with what the list shows of it."""

    answer_id: str
    conversation_id: str
    at: datetime
    question: str
    kind: str
    rule: str
    turns: int
    """The number of turns in its conversation."""
    rating: str
    """Empty when nobody rated the reply."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    rows: tuple[QuestionRow, ...]
    older: Cursor | None
    """The start of the next page; None when nothing is older."""
    scanned: int = 0
    """The number of newest questions that were scanned; 0 when all were."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply in its stored form."""

    shown: Json
    trace: Json


@dataclass(frozen=True, slots=True)
class ReviewedExchange:
    """A question with everything that is stored about its reply."""

    answer_id: str
    at: datetime
    question: str
    reply: StoredReply
    earlier: tuple[Json, ...]
    """The turns before it, when the caller keeps the conversation."""
    rating: str
    rating_words: str


@dataclass(frozen=True, slots=True)
class ReviewedConversation:
    id: str
    door: str
    widget: str
    began_at: datetime
    replies: tuple[ReviewedExchange, ...]
    """The exchanges, oldest first."""


class ConversationReview(Protocol):
    def list_questions(self, filters: ConversationFilter, limit: int, after: Cursor | None = None) -> QuestionPage:
        """Lists the newest questions first."""
        ...

    def find_conversation(self, conversation_id: str) -> ReviewedConversation | None: ...

    def find_reply(self, answer_id: str) -> ReviewedExchange | None: ...


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that people ask and no source answers."""

    words: str
    count: int
    path: str
    """The path of the page where staff can work on it."""


@dataclass(frozen=True, slots=True)
class ExpiringItem:
    """A source or an answer that goes out of date soon, or has."""

    what: str
    name: str
    due: date
    path: str = ""


def count_gaps(asked: Sequence[QuestionRow], limit: int) -> tuple[UnansweredQuestion, ...]:
    """Counts questions in the same words, the most frequent first, and the newest first among equals."""
    same: dict[str, list[QuestionRow]] = {}
    for one in asked:
        same.setdefault(" ".join(one.question.casefold().split()).rstrip("?.! "), []).append(one)
    ranked = sorted(same.values(), key=len, reverse=True)[:limit]
    return tuple(
        UnansweredQuestion(
            group[0].question, len(group), f"/staff/conversations/{group[0].conversation_id}#{group[0].answer_id}"
        )
        for group in ranked
    )
