"""The day until which staff found a source to be right."""

import sqlalchemy as sa
from alembic import op

revision = "0040_source_reviews"
down_revision = "0030_insight"


def upgrade() -> None:
    op.create_table(
        "source_reviews",
        sa.Column("source_id", sa.String(80), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_source_reviews")),
    )
