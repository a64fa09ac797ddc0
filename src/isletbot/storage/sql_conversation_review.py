"""This module lists stored questions page by page and reads one conversation with everything stored of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_

from isletbot.curation.conversation_review import (
    ConversationFilter,
    Cursor,
    QuestionPage,
    QuestionRow,
    ReviewedConversation,
    ReviewedExchange,
    StoredReply,
)
from isletbot.storage.database import Database
from isletbot.storage.tables import answers, conversations, feedback, replies

_LOOKED_THROUGH = 20_000
_MOST_REPLIES = 200
"""The most replies of one conversation; nobody could read a page with more."""
_rating = func.coalesce(feedback.c.rating, "")
"""An expression and not the bare column: the column's index would give every rating there is, to be sorted by the
moment of the question."""


class SqlConversationReview:
    def __init__(self, database: Database) -> None:
        self._database = database

    def list_questions(self, filters: ConversationFilter, limit: int, after: Cursor | None = None) -> QuestionPage:
        """Lists the newest questions first. A filter that no index serves scans a fixed number of questions; the next
        page continues there."""
        ranged = _limit_range(filters, after)
        columns = [answers.c[name] for name in ("conversation_id", "at", "question", "kind", "rule")]
        found = (
            select(answers.c.id.label("answer_id"), *columns, conversations.c.turns, _rating.label("rating"))
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .outerjoin(feedback, feedback.c.answer_id == answers.c.id)
            .where(*_select_questions(filters), *ranged)
            .order_by(answers.c.at.desc(), answers.c.id.desc())
            .limit(limit + 1)
        )
        last = select(answers.c.at).where(*ranged).order_by(answers.c.at.desc()).offset(_LOOKED_THROUGH).limit(1)
        with self._database.read() as connection:
            end = connection.execute(last).scalar_one_or_none() if _needs_scan(filters) else None
            rows = connection.execute(found.where(answers.c.at >= end) if end else found).mappings()
            asked = tuple(QuestionRow(**row) for row in rows)
        if len(asked) > limit:
            return QuestionPage(asked[:limit], Cursor(asked[limit - 1].at, asked[limit - 1].answer_id))
        return QuestionPage(asked, Cursor(end, ""), _LOOKED_THROUGH) if end else QuestionPage(asked, None)

    def find_conversation(self, conversation_id: str) -> ReviewedConversation | None:
        row = select(conversations).where(conversations.c.id == conversation_id)
        said = (
            _select_replies()
            .where(answers.c.conversation_id == conversation_id)
            .order_by(answers.c.at, answers.c.id)
            .limit(_MOST_REPLIES)
        )
        with self._database.read() as connection:
            found = connection.execute(row).first()
            if found is None:
                return None
            kept = tuple(_read_reply(reply) for reply in connection.execute(said))
            return ReviewedConversation(found.id, found.door, found.widget, found.began_at, kept)

    def find_reply(self, answer_id: str) -> ReviewedExchange | None:
        with self._database.read() as connection:
            row = connection.execute(_select_replies().where(answers.c.id == answer_id)).first()
            return _read_reply(row) if row else None


def _select_replies() -> Select[Any]:
    columns = (answers.c.id, answers.c.at, answers.c.question, replies, feedback.c.rating, feedback.c.words)
    joined = select(*columns).join(replies, replies.c.answer_id == answers.c.id)
    return joined.outerjoin(feedback, feedback.c.answer_id == answers.c.id)


def _needs_scan(filters: ConversationFilter) -> bool:
    """Tells whether no index serves the filter. An index finds one condition; of several, each may be frequent and all
    together rare. No index has ratings by the moment of the question."""
    return bool(filters.words or filters.rating) or sum(map(bool, (filters.kind, filters.route, filters.rule))) > 1


def _select_questions(filters: ConversationFilter) -> list[ColumnElement[bool]]:
    rules = [answers.c[name] == getattr(filters, name) for name in ("kind", "route", "rule") if getattr(filters, name)]
    if filters.rating:
        rules.append(_rating == filters.rating)
    if filters.words:
        rules.append(answers.c.question.icontains(filters.words, autoescape=True))
    return rules


def _limit_range(filters: ConversationFilter, after: Cursor | None) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if filters.since:
        rules.append(answers.c.at >= filters.since)
    if filters.until:
        rules.append(answers.c.at < filters.until)
    if after:  # the first half is what the indexes know
        place = tuple_(after.at, after.answer_id, types=[answers.c.at.type, answers.c.id.type])
        rules.append(and_(answers.c.at <= after.at, tuple_(answers.c.at, answers.c.id) < place))
    return rules


def _read_reply(row: Any) -> ReviewedExchange:
    earlier = tuple(row.earlier)
    kept = StoredReply(row.shown, row.trace)
    return ReviewedExchange(row.id, row.at, row.question, kept, earlier, row.rating or "", row.words or "")
