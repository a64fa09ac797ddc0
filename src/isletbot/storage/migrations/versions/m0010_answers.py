"""Tables of the answers that staff write, their versions, and which replies were made of them."""

import sqlalchemy as sa
from alembic import op

from isletbot.storage.tables import UtcDateTime

revision = "0010_answers"
down_revision = "0002_staff"


def upgrade() -> None:
    op.create_table(
        "staff_answers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("latest_at", UtcDateTime(), nullable=False),
        sa.Column("live", sa.Integer(), nullable=True),
        sa.Column("unpublished", sa.Text(), nullable=False),
        sa.Column("unpublished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_answers")),
    )
    op.create_index(op.f("ix_staff_answers_latest_at"), "staff_answers", ["latest_at"])
    op.create_index(op.f("ix_staff_answers_live"), "staff_answers", ["live"])
    make_versions()
    changes = op.create_table(
        "staff_answer_changes",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_answer_changes")),
    )
    op.bulk_insert(changes, [{"id": 1, "count": 0}])
    op.create_table(
        "answer_uses",
        sa.Column("answer_id", sa.String(32), nullable=False),
        sa.Column("approved_id", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _belongs("answer_uses", "answers.id"),
        sa.PrimaryKeyConstraint("answer_id", "approved_id", name=op.f("pk_answer_uses")),
    )
    op.create_index(op.f("ix_answer_uses_approved_id_at"), "answer_uses", ["approved_id", "at"])


def make_versions() -> None:
    op.create_table(
        "staff_answer_versions",
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asks", sa.JSON(), nullable=False),
        sa.Column("say", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(64), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("built_on", sa.JSON(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        _belongs("staff_answer_versions", "staff_answers.id"),
        sa.PrimaryKeyConstraint("answer_id", "number", name=op.f("pk_staff_answer_versions")),
    )


def _belongs(table: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["answer_id"], [to], name=op.f(f"fk_{table}_answer_id"), ondelete="CASCADE")
