"""These tables hold the staff's queue, the states and versions of sources, and the kill switch."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from isletbot.storage.tables import METADATA, UtcDateTime


def _make_cascading_key(table: str, name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    points_at = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name, String(80), points_at, nullable=nullable, primary_key=primary_key)


groups = Table(
    "queue_groups",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("topic", String(120), nullable=True, unique=True),  # empty for a group of meaning
    Column("state", String(16), nullable=False),
    Column("assignee", String(64), nullable=False),
    Column("snoozed_until", UtcDateTime, nullable=True),
    Column("ending", String(16), nullable=False),
    Column("answer_id", String(80), nullable=False, index=True),
    Column("source_wanted", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "state"),
)

items = Table(  # points at the reply and the handoff, so that what is forgotten there is forgotten here
    "queue_items",
    METADATA,
    Column("id", String(80), primary_key=True),
    _make_cascading_key("queue_groups", "group_id"),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("answer_id", String(32), ForeignKey("answers.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("handoff_id", String(32), ForeignKey("handoffs.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("found", JSON, nullable=False),
    Column("vector", LargeBinary, nullable=True),  # float16; new things are held against the oldest of a group
    Index(None, "group_id", "kind", "at"),
)

notes = Table(
    "queue_notes",
    METADATA,
    Column("id", String(32), primary_key=True),
    _make_cascading_key("queue_groups", "group_id"),
    Column("who", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "group_id", "at"),
)

notices = Table(  # to the webhook
    "queue_notices",
    METADATA,
    _make_cascading_key("queue_items", "item_id", primary_key=True),
    Column("status", String(16), nullable=False),  # waiting, delivered, failed
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("failure", String(300), nullable=False),
    Index(None, "status", "due_at"),
)

marks = Table(  # how far the job has come with each kind of record, and who is at it
    "queue_marks",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

staff_cases = Table(  # stay when the group goes
    "staff_cases",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("group_id", String(80), nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("must", JSON, nullable=False),
    Column("who", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

source_states = Table(  # of sources that staff decided about; any other is what its card says
    "source_states",
    METADATA,
    Column("source_id", String(80), primary_key=True),
    Column("state", String(16), nullable=False),  # approved, withdrawn
    Column("who", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
)

source_reviews = Table(  # of sources that staff found to be right still; any other is due when its card says
    "source_reviews",
    METADATA,
    Column("source_id", String(80), primary_key=True),
    Column("version", String(80), nullable=False),  # a later version has a card of its own
    Column("review_due", Date, nullable=False),
    Column("who", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
)

source_versions = Table(
    "source_versions",
    METADATA,
    Column("source_id", String(80), primary_key=True),
    Column("version", String(80), primary_key=True),
    Column("card", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),  # when an index with it was last opened
)

kill_switch = Table(  # one row, once somebody turned it
    "kill_switch",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("turned_off", Boolean, nullable=False),
)
