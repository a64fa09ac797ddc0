"""The records hold sessions of staff: they are found by their token's digest and ended one by one or all at once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from isletbot.curation.staff import Account, StaffSession
from isletbot.storage.database import Database
from isletbot.storage.staff_tables import staff, staff_sessions

_FIELDS = [staff_sessions.c[name] for name in StaffSession.__dataclass_fields__]


class SqlStaffSessions:
    database: Database

    def open_session(self, session: StaffSession, token_digest: str) -> None:
        with self.database.write() as connection:
            connection.execute(
                delete(staff_sessions).where(staff_sessions.c.expires_at <= session.opened_at)
            )  # here, since staff come by every day
            connection.execute(insert(staff_sessions).values(**asdict(session), token_digest=token_digest))
            if session.stage == "in":
                mine = staff.c.id == session.account_id
                connection.execute(update(staff).where(mine).values(last_in_at=session.opened_at))

    def find_session(self, token_digest: str) -> tuple[StaffSession, Account] | None:
        mine = staff_sessions.c.token_digest == token_digest
        with self.database.read() as connection:
            found = connection.execute(select(*_FIELDS).where(mine)).first()
            if found is None:
                return None
            row = connection.execute(select(staff).where(staff.c.id == found.account_id, ~staff.c.disabled)).first()
        return (StaffSession(*found), read_account(row)) if row else None

    def touch_session(self, session_id: str, now: datetime) -> None:
        with self.database.write() as connection:
            connection.execute(update(staff_sessions).where(staff_sessions.c.id == session_id).values(seen_at=now))

    def list_sessions(self, account_id: str) -> tuple[StaffSession, ...]:
        mine = select(*_FIELDS).where(staff_sessions.c.account_id == account_id)
        with self.database.read() as connection:
            newest_first = mine.order_by(staff_sessions.c.seen_at.desc())
            return tuple(StaffSession(*found) for found in connection.execute(newest_first))

    def end_session(self, account_id: str, session_id: str) -> None:
        one = (staff_sessions.c.account_id == account_id) & (staff_sessions.c.id == session_id)
        with self.database.write() as connection:
            connection.execute(delete(staff_sessions).where(one))

    def end_sessions(self, account_id: str, but: str = "") -> int:
        others = (staff_sessions.c.account_id == account_id) & (staff_sessions.c.id != but)
        with self.database.write() as connection:
            return connection.execute(delete(staff_sessions).where(others)).rowcount


def read_account(found: Row[Any]) -> Account:
    ready = bool(found.password_hash) and found.factor_confirmed
    kept = (found.name, found.role, found.disabled, found.made_at, found.last_in_at)
    return Account(found.id, *kept, ready=ready)
