"""The records hold sessions: each opens with an empty conversation, is found by its token's digest and is deleted with
all of it."""

from __future__ import annotations

from dataclasses import asdict
from uuid import uuid4

from sqlalchemy import delete, insert, select

from isletbot.curation.records import Session
from isletbot.storage.database import Database
from isletbot.storage.tables import conversations, sessions

_FIELDS = [sessions.c[name] for name in Session.__dataclass_fields__]


class SqlSessions:
    database: Database

    def open_session(self, session: Session, token_digest: str) -> None:
        row = {"id": uuid4().hex, "session_id": session.id, "door": "chat", "widget": session.widget, "turns": 0}
        with self.database.write() as connection:
            connection.execute(insert(sessions).values(**asdict(session), token_digest=token_digest))
            connection.execute(insert(conversations).values(**row, began_at=session.opened_at))

    def find_session(self, token_digest: str) -> Session | None:
        """Finds a session, an expired one too."""
        with self.database.read() as connection:
            found = connection.execute(select(*_FIELDS).where(sessions.c.token_digest == token_digest)).first()
            return Session(*found) if found else None

    def delete_session(self, session_id: str) -> None:
        """Deletes the session with its conversation. What went to the clinic stays."""
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session_id))
        self.database.forget_log()
