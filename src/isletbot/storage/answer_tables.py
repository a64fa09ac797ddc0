"""These tables hold the answers that staff write."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from isletbot.storage.tables import METADATA, UtcDateTime

staff_answers = Table(
    "staff_answers",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("made_by", String(64), nullable=False),
    Column("latest", Integer, nullable=False),
    Column("latest_at", UtcDateTime, nullable=False, index=True),
    Column("live", Integer, nullable=True, index=True),
    Column("unpublished", Text, nullable=False),
    Column("unpublished_at", UtcDateTime, nullable=True),
)

answer_versions = Table(
    "staff_answer_versions",
    METADATA,
    Column("answer_id", String(64), ForeignKey("staff_answers.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("asks", JSON, nullable=False),
    Column("say", JSON, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("review_due", Date, nullable=False),
    Column("expires", Date, nullable=True),
    Column("findings", JSON, nullable=False),
    Column("written_by", String(64), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved_at", UtcDateTime, nullable=True),
    Column("built_on", JSON, nullable=False),
    Column("cases", JSON, nullable=False),  # regression cases that its approval added
)

answer_changes = Table(  # one row: how often what is live has changed
    "staff_answer_changes",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

answer_uses = Table(  # which approved answers a reply was made of
    "answer_uses",
    METADATA,
    Column("answer_id", String(32), ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("approved_id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "approved_id", "at"),
)
