"""Enforces retention: `purge` deletes the conversations, sessions and handoffs that are older than their days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, insert, or_, select

from isletbot.curation.records import Purge, Retention
from isletbot.storage.database import Database
from isletbot.storage.tables import conversations, handoffs, idempotency, purges, sessions, tallies

_KEY_LIVES = timedelta(hours=24)
_TALLIES_LIVE = timedelta(days=400)
_AT_ONCE = 200


class SqlRetention:
    """Deletes what the records hold too long."""

    database: Database

    def purge(self, now: datetime, retention: Retention) -> Purge:
        """Deletes what is older than its days. A running session keeps its conversation."""
        runs = (sessions.c.expires_at > now) & (sessions.c.seen_at > now - retention.session_idle)
        running = select(sessions.c.id).where(runs)
        in_none = or_(conversations.c.session_id.is_(None), conversations.c.session_id.not_in(running))
        last_said = func.coalesce(conversations.c.last_at, conversations.c.began_at)
        old = last_said <= now - timedelta(days=retention.days)
        with_words = select(conversations.c.session_id).where(conversations.c.session_id.is_not(None))
        asked_long_ago = handoffs.c.asked_at <= now - timedelta(days=retention.handoff_days)
        said = self._delete_conversations(select(conversations.c.id).where(old, in_none).limit(_AT_ONCE))
        with self.database.write() as connection:
            ended = connection.execute(delete(sessions).where(~runs, sessions.c.id.not_in(with_words))).rowcount
            asked = connection.execute(delete(handoffs).where(asked_long_ago)).rowcount
            connection.execute(delete(idempotency).where(idempotency.c.begun_at <= now - _KEY_LIVES))
            connection.execute(delete(purges).where(purges.c.at <= now - timedelta(days=365)))
            connection.execute(delete(tallies).where(tallies.c.day < now.date() - _TALLIES_LIVE))
            done = Purge(now, said, ended, asked)
            connection.execute(insert(purges).values(at=now, conversations=said, sessions=ended, handoffs=asked))
        self.database.forget_log()
        return done

    def _delete_conversations(self, some: Select[str]) -> int:
        """Deletes a few at a time, so that an answer to be stored meanwhile waits only for a moment."""
        deleted = 0
        while True:
            with self.database.write() as connection:
                gone = connection.execute(delete(conversations).where(conversations.c.id.in_(some))).rowcount
            deleted += gone
            if gone < _AT_ONCE:
                return deleted
