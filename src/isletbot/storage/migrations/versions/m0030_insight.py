"""Counts by day, begun with what is kept now."""

import sqlalchemy as sa
from alembic import op

from isletbot.curation.daily_counts import get_time_class

revision = "0030_insight"
down_revision = "0020_queue"


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "day", "name", name=op.f("pk_tallies")),
    )
    _count("kind", "SELECT day, kind, count(*) FROM answers GROUP BY day, kind")
    _count("composer", "SELECT day, composer, count(*) FROM answers GROUP BY day, composer")
    _count("red_flag", "SELECT day, rule, count(*) FROM answers WHERE route = 'urgent' GROUP BY day, rule")
    _count_times()


def _count(subject: str, query: str) -> None:
    op.execute(f"INSERT INTO tallies (subject, day, name, count) SELECT '{subject}', found.* FROM ({query}) AS found")


def _count_times() -> None:
    found = sa.column("day", sa.Date), sa.column("milliseconds", sa.Float)
    counts: dict[tuple[object, str], int] = {}
    for day, milliseconds in op.get_bind().execute(sa.select(*found).select_from(sa.table("answers"))):
        key = day, str(get_time_class(milliseconds))
        counts[key] = counts.get(key, 0) + 1
    table = sa.table("tallies", sa.column("subject"), sa.column("day", sa.Date), sa.column("name"), sa.column("count"))
    rows = [{"subject": "milliseconds", "day": day, "name": name, "count": n} for (day, name), n in counts.items()]
    if rows:
        op.bulk_insert(table, rows)
