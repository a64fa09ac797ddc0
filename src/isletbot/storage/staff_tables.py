"""These tables hold accounts, their sessions, the audit log and changes to the rules."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from isletbot.storage.tables import METADATA, UtcDateTime


def _make_account_key(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    points_at = ForeignKey("staff.id", ondelete="CASCADE")
    return Column("account_id", String(32), points_at, primary_key=primary_key, index=index or None, nullable=False)


staff = Table(
    "staff",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("last_in_at", UtcDateTime, nullable=True),
    Column("password_hash", String(200), nullable=False),
    Column("factor_secret", String(64), nullable=False),
    Column("factor_confirmed", Boolean, nullable=False),
    Column("factor_step", BigInteger, nullable=False),  # of the last code used: none works twice
    Column("link_digest", String(64), nullable=True, unique=True),
    Column("link_expires_at", UtcDateTime, nullable=True),
)

recovery_codes = Table(
    "staff_recovery_codes",
    METADATA,
    _make_account_key(primary_key=True),
    Column("digest", String(64), primary_key=True),
)

staff_sessions = Table(
    "staff_sessions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    _make_account_key(index=True),
    Column("stage", String(16), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

attempts = Table(
    "staff_attempts",
    METADATA,
    Column("key", String(80), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

audit = Table(  # triggers refuse every change of a row and its deletion
    "audit",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index(None, "at"),
    Index(None, "who", "number"),
    Index(None, "action", "number"),
)

audit_head = Table(  # one row: what the log ends with, apart from the log
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
)

rule_changes = Table(
    "rule_changes",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("file", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("replaces", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("examples", JSON, nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", UtcDateTime, nullable=True),
    Column("remark", Text, nullable=False),
    Index(None, "state", "decided_at"),
)

rule_reviews = Table(
    "rule_reviews",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("signed_by", String(64), nullable=False),
    Column("signed_at", UtcDateTime, nullable=False),
    Column("rules", JSON, nullable=False),
)
