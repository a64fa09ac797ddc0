"""Tables of the console: the queue, sources' states and versions, the kill switch."""

import sqlalchemy as sa
from alembic import op

from isletbot.storage.tables import UtcDateTime

revision = "0020_queue"
down_revision = "0010_answers"


def upgrade() -> None:
    make_groups()
    make_items()
    make_around_the_queue()
    make_sources()


def make_groups() -> None:
    op.create_table(
        "queue_groups",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(120), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("assignee", sa.String(64), nullable=False),
        sa.Column("snoozed_until", UtcDateTime(), nullable=True),
        sa.Column("ending", sa.String(16), nullable=False),
        sa.Column("answer_id", sa.String(80), nullable=False),
        sa.Column("source_wanted", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_groups")),
        sa.UniqueConstraint("topic", name=op.f("uq_queue_groups_topic")),
    )
    op.create_index(op.f("ix_queue_groups_answer_id"), "queue_groups", ["answer_id"])
    op.create_index(op.f("ix_queue_groups_state"), "queue_groups", ["state"])
    op.create_table(
        "queue_notes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("group_id", sa.String(80), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["queue_groups.id"], name=op.f("fk_queue_notes_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_notes")),
    )
    op.create_index(op.f("ix_queue_notes_group_id_at"), "queue_notes", ["group_id", "at"])


def make_items() -> None:
    op.create_table(
        "queue_items",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("group_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("answer_id", sa.String(32), nullable=True),
        sa.Column("handoff_id", sa.String(32), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_queue_items_answer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["queue_groups.id"], name=op.f("fk_queue_items_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_queue_items_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_items")),
    )
    op.create_index(op.f("ix_queue_items_answer_id"), "queue_items", ["answer_id"])
    op.create_index(op.f("ix_queue_items_group_id_kind_at"), "queue_items", ["group_id", "kind", "at"])
    op.create_index(op.f("ix_queue_items_handoff_id"), "queue_items", ["handoff_id"])
    op.create_table(
        "queue_notices",
        sa.Column("item_id", sa.String(80), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["queue_items.id"], name=op.f("fk_queue_notices_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_queue_notices")),
    )
    op.create_index(op.f("ix_queue_notices_status_due_at"), "queue_notices", ["status", "due_at"])


def make_around_the_queue() -> None:
    op.create_table(
        "queue_marks",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queue_marks")),
    )
    op.create_table(
        "staff_cases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("group_id", sa.String(80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("must", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_cases")),
    )
    op.create_index(op.f("ix_staff_cases_group_id"), "staff_cases", ["group_id"])


def make_sources() -> None:
    op.create_table(
        "source_states",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_states")),
    )
    op.create_table(
        "source_versions",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "version", name=op.f("pk_source_versions")),
    )
    op.create_table(
        "kill_switch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turned_off", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kill_switch")),
    )
