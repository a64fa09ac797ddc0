"""The records hold staff accounts with their credentials. Secrets are stored as digests, except the authenticator's,
which has to be known to check a code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from isletbot.curation.staff import Account, Credentials, LastAdmin, NameTaken, StaffRole
from isletbot.storage.database import Database
from isletbot.storage.sql_staff_sessions import SqlStaffSessions, read_account
from isletbot.storage.staff_tables import attempts, recovery_codes, staff, staff_sessions

_FORGOTTEN_AFTER = timedelta(days=1)
_NOTHING_SET = {"password_hash": "", "factor_secret": "", "factor_confirmed": False, "factor_step": 0}


class SqlStaff(SqlStaffSessions):
    def __init__(self, database: Database) -> None:
        self.database = database

    def add_account(self, account: Account, link_digest: str, link_expires_at: datetime) -> None:
        row = {"id": account.id, "name": account.name, "role": account.role, "disabled": account.disabled}
        link = {"link_digest": link_digest, "link_expires_at": link_expires_at}
        with self.database.write() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(insert(staff).values(**row, made_at=account.made_at, **_NOTHING_SET, **link))
            except IntegrityError:
                raise NameTaken(account.name) from None

    def list_accounts(self) -> tuple[Account, ...]:
        with self.database.read() as connection:
            return tuple(map(read_account, connection.execute(select(staff).order_by(staff.c.name))))

    def find_account(self, name: str) -> Account | None:
        return self._find(select(staff).where(staff.c.name == name))

    def find_link(self, digest: str, now: datetime) -> Account | None:
        is_valid = (staff.c.link_digest == digest) & (staff.c.link_expires_at > now)
        return self._find(select(staff).where(is_valid, ~staff.c.disabled))

    def set_role(self, account_id: str, role: StaffRole) -> None:
        with self.database.write() as connection:
            _hold_admins(connection)
            connection.execute(update(staff).where(staff.c.id == account_id).values(role=role))
            _keep_an_admin(connection)

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        with self.database.write() as connection:
            _hold_admins(connection)
            connection.execute(update(staff).where(staff.c.id == account_id).values(disabled=disabled))
            if disabled:
                _keep_an_admin(connection)
                connection.execute(delete(staff_sessions).where(staff_sessions.c.account_id == account_id))

    def reset_account(self, account_id: str, link_digest: str, link_expires_at: datetime) -> None:
        link = {"link_digest": link_digest, "link_expires_at": link_expires_at}
        with self.database.write() as connection:
            connection.execute(update(staff).where(staff.c.id == account_id).values(**_NOTHING_SET, **link))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
            connection.execute(delete(staff_sessions).where(staff_sessions.c.account_id == account_id))

    def read_credentials(self, account_id: str) -> Credentials:
        left = select(func.count()).where(recovery_codes.c.account_id == account_id).scalar_subquery()
        known = (staff.c.password_hash, staff.c.factor_secret, staff.c.factor_confirmed)
        with self.database.read() as connection:
            return Credentials(*connection.execute(select(*known, left).where(staff.c.id == account_id)).one())

    def set_password(self, account_id: str, password_hash: str) -> None:
        values = {"password_hash": password_hash, "link_digest": None, "link_expires_at": None}
        with self.database.write() as connection:
            connection.execute(update(staff).where(staff.c.id == account_id).values(**values))

    def start_factor(self, account_id: str, secret: str) -> str:
        mine = staff.c.id == account_id
        with self.database.write() as connection:
            connection.execute(update(staff).where(mine, staff.c.factor_secret == "").values(factor_secret=secret))
            return str(connection.execute(select(staff.c.factor_secret).where(mine)).scalar_one())

    def confirm_factor(self, account_id: str, recovery_digests: Sequence[str]) -> None:
        codes = [{"account_id": account_id, "digest": digest} for digest in recovery_digests]
        with self.database.write() as connection:
            connection.execute(update(staff).where(staff.c.id == account_id).values(factor_confirmed=True))
            connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
            connection.execute(insert(recovery_codes), codes)

    def use_step(self, account_id: str, step: int) -> bool:
        unused = (staff.c.id == account_id) & (staff.c.factor_step < step)
        with self.database.write() as connection:
            return connection.execute(update(staff).where(unused).values(factor_step=step)).rowcount == 1

    def use_recovery_code(self, account_id: str, digest: str) -> bool:
        one = (recovery_codes.c.account_id == account_id) & (recovery_codes.c.digest == digest)
        with self.database.write() as connection:
            return connection.execute(delete(recovery_codes).where(one)).rowcount == 1

    def count_attempt(self, key: str, now: datetime, delays: Sequence[int]) -> int:
        mine = attempts.c.key == key
        with self.database.write() as connection:
            connection.execute(delete(attempts).where(attempts.c.last_at <= now - _FORGOTTEN_AFTER))
            with suppress(IntegrityError), connection.begin_nested():
                connection.execute(insert(attempts).values(key=key, failures=0, last_at=now))
            found = connection.execute(select(attempts).where(mine).with_for_update()).one()
            due = found.last_at + timedelta(seconds=delays[min(found.failures, len(delays) - 1)])
            if now < due:
                left: timedelta = due - now
                return math.ceil(left.total_seconds())
            connection.execute(update(attempts).where(mine).values(failures=found.failures + 1, last_at=now))
            return 0

    def forget_attempts(self, key: str) -> None:
        with self.database.write() as connection:
            connection.execute(delete(attempts).where(attempts.c.key == key))

    def _find(self, query: Select[Any]) -> Account | None:
        with self.database.read() as connection:
            found = connection.execute(query).first()
            return read_account(found) if found else None


_ADMINS = (staff.c.role == "admin") & ~staff.c.disabled


def _hold_admins(connection: Connection) -> None:
    """Locks the admins until the change is done: two who disable each other at once go one after the other."""
    connection.execute(select(staff.c.id).where(_ADMINS).order_by(staff.c.id).with_for_update())


def _keep_an_admin(connection: Connection) -> None:
    if not connection.execute(select(func.count()).select_from(staff).where(_ADMINS)).scalar_one():
        raise LastAdmin
