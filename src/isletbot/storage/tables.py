"""These tables hold the records. A change here needs a migration beside it; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Stores a moment in UTC and returns it with its zone, which SQLite forgets."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        moment: datetime | None = value
        return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment


def _make_cascading_key(column: str, **options: Any) -> Column[str]:
    """Makes a foreign key whose row is deleted with the row it points at."""
    name = column.split(".")[0].rstrip("s") + "_id"
    return Column(name, String(32), ForeignKey(column, ondelete="CASCADE"), **options)


sessions = Table(
    "sessions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("widget", String(64), nullable=False),
    Column("origin", String(300), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

conversations = Table(
    "conversations",
    METADATA,
    Column("id", String(32), primary_key=True),
    _make_cascading_key("sessions.id", nullable=True, unique=True),
    Column("door", String(16), nullable=False),
    Column("widget", String(64), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=True, index=True),  # empty until the first reply
    Column("turns", Integer, nullable=False),
)

answers = Table(
    "answers",
    METADATA,
    Column("id", String(32), primary_key=True),
    _make_cascading_key("conversations.id", nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("question", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("composer", String(16), nullable=False),
    Column("route", String(16), nullable=False),
    Column("rule", String(100), nullable=False),
    Column("failure", String(200), nullable=False),
    Column("dropped", Integer, nullable=False),  # sentences that did not pass verification
    Column("milliseconds", Float, nullable=False),
    # What the lists of staff order and filter by; the last two are enough for their figures alone.
    Index(None, "at"),
    Index(None, "kind", "at"),
    Index(None, "route", "at"),
    Index(None, "rule", "at"),
    Index(None, "composer", "at"),
    Index(None, "dropped", "at"),
    Index(None, "conversation_id", "at"),
    Index(None, "day", "kind"),
    Index(None, "day", "milliseconds"),
)

replies = Table(  # apart from the answers, so that lists of many do not read what only one needs
    "replies",
    METADATA,
    _make_cascading_key("answers.id", primary_key=True),
    Column("shown", JSON, nullable=False),
    Column("trace", JSON, nullable=False),
    Column("earlier", JSON, nullable=False),
)

feedback = Table(
    "feedback",
    METADATA,
    _make_cascading_key("answers.id", primary_key=True),
    Column("rating", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Index(None, "rating", "given_at"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    Column("claim", String(64), primary_key=True),
    Column("body_digest", String(64), nullable=False),
    Column("begun_at", UtcDateTime, nullable=False, index=True),
    _make_cascading_key("answers.id", nullable=True, index=True),
)

handoffs = Table(  # points at no session: what went to the clinic stays when the conversation is deleted
    "handoffs",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("answer_id", String(32), nullable=False),
    Column("contact", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
)

deliveries = Table(
    "deliveries",
    METADATA,
    _make_cascading_key("handoffs.id", primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("status", String(16), nullable=False),  # waiting, delivered, failed
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("failure", String(300), nullable=False),
    Index(None, "status", "due_at"),
)

purges = Table(
    "purges",
    METADATA,
    Column("at", UtcDateTime, primary_key=True),
    Column("conversations", Integer, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("handoffs", Integer, nullable=False),
)

tallies = Table(  # counts only, so they stay when what they count is deleted
    "tallies",
    METADATA,
    Column("subject", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("count", Integer, nullable=False),
)
