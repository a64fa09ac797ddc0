"""The records hold unsafe marks until the staff's webhook gets them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from isletbot.curation.notices import UnsafeNotice
from isletbot.storage.database import Database
from isletbot.storage.queue_tables import items, notices
from isletbot.storage.sql_handoffs import AT_ONCE, TAKEN, settle_attempt


class SqlUnsafeNotices:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take_due(self, now: datetime) -> tuple[UnsafeNotice, ...]:
        """Leases the due notices for some minutes, so that two servers do not deliver the same one."""
        due = (
            select(items.c.id, items.c.group_id, items.c.text, items.c.detail, items.c.at, notices.c.attempts)
            .join(notices, notices.c.item_id == items.c.id)
            .where(notices.c.status == "waiting", notices.c.due_at <= now)
            .order_by(notices.c.due_at)
            .limit(AT_ONCE)
            .with_for_update(of=notices, skip_locked=True)
        )
        with self._database.write() as connection:
            taken = tuple(UnsafeNotice(*row) for row in connection.execute(due))
            for notice in taken:
                later = update(notices).where(notices.c.item_id == notice.item_id)
                connection.execute(later.values(due_at=now + TAKEN))
            return taken

    def settle(self, notice: UnsafeNotice, now: datetime, failure: str = "") -> None:
        """Records a delivery, or a failure with a later due time until the notice is given up."""
        settled = update(notices).where(notices.c.item_id == notice.item_id)
        with self._database.write() as connection:
            connection.execute(settled.values(**settle_attempt(notice.attempts, now, failure)))
