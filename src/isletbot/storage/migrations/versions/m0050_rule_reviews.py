"""The rules of triage as staff last signed them off."""

import sqlalchemy as sa
from alembic import op

revision = "0050_rule_reviews"
down_revision = "0040_source_reviews"


def upgrade() -> None:
    op.create_table(
        "rule_reviews",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.String(64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rule_reviews")),
    )
