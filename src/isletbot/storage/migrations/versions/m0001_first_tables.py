"""The first tables of the records."""

import sqlalchemy as sa
from alembic import op

from isletbot.storage.tables import UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    _make_handoffs()
    _make_purges()
    _make_sessions()
    _make_conversations()
    _make_deliveries()
    _make_answers()
    _make_feedback()
    _make_idempotency()
    _make_replies()


def _make_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=False),
        sa.Column("answer_id", sa.String(32), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
    )
    op.create_index(op.f("ix_handoffs_asked_at"), "handoffs", ["asked_at"])


def _make_purges() -> None:
    op.create_table(
        "purges",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("handoffs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_purges")),
    )


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("widget", sa.String(64), nullable=False),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_sessions_token_digest")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("session_id", sa.String(32), nullable=True),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("widget", sa.String(64), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_conversations_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("session_id", name=op.f("uq_conversations_session_id")),
    )
    op.create_index(op.f("ix_conversations_last_at"), "conversations", ["last_at"])


def _make_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("handoff_id", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_deliveries_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "channel", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_status_due_at"), "deliveries", ["status", "due_at"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("composer", sa.String(16), nullable=False),
        sa.Column("route", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(100), nullable=False),
        sa.Column("failure", sa.String(200), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_answers_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_at"), "answers", ["at"])
    op.create_index(op.f("ix_answers_composer_at"), "answers", ["composer", "at"])
    op.create_index(op.f("ix_answers_conversation_id_at"), "answers", ["conversation_id", "at"])
    op.create_index(op.f("ix_answers_day_kind"), "answers", ["day", "kind"])
    op.create_index(op.f("ix_answers_day_milliseconds"), "answers", ["day", "milliseconds"])
    op.create_index(op.f("ix_answers_dropped_at"), "answers", ["dropped", "at"])
    op.create_index(op.f("ix_answers_kind_at"), "answers", ["kind", "at"])
    op.create_index(op.f("ix_answers_route_at"), "answers", ["route", "at"])
    op.create_index(op.f("ix_answers_rule_at"), "answers", ["rule", "at"])


def _make_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("answer_id", sa.String(32), nullable=False),
        sa.Column("rating", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_feedback_answer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_rating_given_at"), "feedback", ["rating", "given_at"])


def _make_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("claim", sa.String(64), nullable=False),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("answer_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_idempotency_answer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_answer_id"), "idempotency", ["answer_id"])
    op.create_index(op.f("ix_idempotency_begun_at"), "idempotency", ["begun_at"])


def _make_replies() -> None:
    op.create_table(
        "replies",
        sa.Column("answer_id", sa.String(32), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_replies_answer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_replies")),
    )
