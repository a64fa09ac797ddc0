"""This module stores the clinic's queue of handoffs and their deliveries outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Update, insert, select, update

from isletbot.curation.records import Delivery, Handoff, HandoffChannelName
from isletbot.storage.database import Database
from isletbot.storage.tables import deliveries, handoffs

TAKEN = timedelta(minutes=5)
_WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440, 1440))
"""The wait after the first failure, the second and so on; after the last the delivery is given up. The queue keeps the
handoff."""
AT_ONCE = 20
_FIELDS = [handoffs.c[name] for name in Handoff.__dataclass_fields__]


class SqlHandoffs:
    database: Database

    def keep_handoff(self, handoff: Handoff, channels: Sequence[HandoffChannelName]) -> None:
        """Stores the handoff in the clinic's queue and makes it due at once on every channel."""
        waiting = {"status": "waiting", "attempts": 0, "failure": "", "due_at": handoff.asked_at}
        with self.database.write() as connection:
            connection.execute(insert(handoffs).values(**asdict(handoff)))
            for channel in channels:
                connection.execute(insert(deliveries).values(**waiting, handoff_id=handoff.id, channel=channel))

    def due_deliveries(self, now: datetime) -> tuple[Delivery, ...]:
        """Leases the due deliveries for some minutes, so that two servers do not deliver the same one."""
        due = (
            select(deliveries.c.channel, deliveries.c.attempts, *_FIELDS)
            .join(handoffs, handoffs.c.id == deliveries.c.handoff_id)
            .where(deliveries.c.status == "waiting", deliveries.c.due_at <= now)
            .order_by(deliveries.c.due_at)
            .limit(AT_ONCE)
            .with_for_update(of=deliveries, skip_locked=True)
        )
        with self.database.write() as connection:
            rows = connection.execute(due).all()
            taken = tuple(Delivery(Handoff(*fields), channel, attempts) for channel, attempts, *fields in rows)
            for delivery in taken:
                connection.execute(_match_delivery(delivery).values(due_at=now + TAKEN))
            return taken

    def settle_delivery(self, delivery: Delivery, now: datetime, failure: str = "") -> None:
        """Records a delivery, or a failure with a later due time until the delivery is given up."""
        outcome = settle_attempt(delivery.attempts, now, failure)
        with self.database.write() as connection:
            connection.execute(_match_delivery(delivery).values(**outcome))


def settle_attempt(before: int, now: datetime, failure: str) -> dict[str, object]:
    """Returns the columns of a delivery after one more attempt."""
    if not failure:
        outcome: dict[str, object] = {"status": "delivered"}
    elif before < len(_WAITS):
        outcome = {"due_at": now + _WAITS[before]}
    else:
        outcome = {"status": "failed"}
    return {**outcome, "attempts": before + 1, "failure": failure[:300]}


def _match_delivery(delivery: Delivery) -> Update:
    return update(deliveries).where(
        deliveries.c.handoff_id == delivery.handoff.id, deliveries.c.channel == delivery.channel
    )
