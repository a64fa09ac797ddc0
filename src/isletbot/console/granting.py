"""Making accounts and set-up links; the command line and the Accounts page do it the same way."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from isletbot.console.house import House
from isletbot.console.names import read_name
from isletbot.console.tokens import digest_token, make_token
from isletbot.curation.audit import Event
from isletbot.curation.staff import Account, LastAdmin, NameTaken, Role
from isletbot.errors import InputError

_LAST_ADMIN = "Nobody would be left who may manage accounts."


@dataclass(frozen=True, slots=True)
class Granting:
    """By whom; every change and its row in the audit log are one."""

    house: House
    by: str

    def add_account(self, name: str, role: Role) -> str:
        """The token of the set-up link, which is kept nowhere. Raises InputError."""
        house, token, now = self.house, make_token(), self.house.now()
        account = Account(uuid4().hex, read_name(name), role, False, now, None, ready=False)
        try:
            with house.together():
                house.staff.add_account(account, digest_token(token), now + house.manners.link_lifetime)
                self._write_down("account.added", account.name, role)
        except NameTaken:
            raise InputError(f"There is an account {account.name!r}.", remedy="Take another name.") from None
        return token

    def set_role(self, name: str, role: Role) -> None:
        """Raises InputError."""
        account = self.find_account(name)
        try:
            with self.house.together():
                self.house.staff.set_role(account.id, role)
                self._write_down("account.role", account.name, f"{account.role} to {role}")
        except LastAdmin:
            raise InputError(_LAST_ADMIN, remedy="Make somebody else an admin first.") from None

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Raises InputError."""
        account = self.find_account(name)
        try:
            with self.house.together():
                self.house.staff.set_disabled(account.id, disabled)
                self._write_down("account.disabled" if disabled else "account.enabled", account.name)
        except LastAdmin:
            raise InputError(_LAST_ADMIN, remedy="Make somebody else an admin first.") from None

    def reset_account(self, name: str) -> str:
        """The token of a new set-up link; what the account was recognised by is void. Raises InputError."""
        account, token, house = self.find_account(name), make_token(), self.house
        with house.together():
            house.staff.reset_account(account.id, digest_token(token), house.now() + house.manners.link_lifetime)
            self._write_down("account.reset", account.name)
        return token

    def end_sessions(self, name: str) -> None:
        """Raises InputError."""
        account = self.find_account(name)
        with self.house.together():
            ended = self.house.staff.end_sessions(account.id)
            self._write_down("account.sessions-ended", account.name, str(ended))

    def find_account(self, name: str) -> Account:
        """Raises InputError."""
        account = self.house.staff.find_account(read_name(name))
        if account is None:
            raise InputError(f"There is no account {name[:64]!r}.", remedy="`isletbot staff list` names them.")
        return account

    def _write_down(self, action: str, target: str, detail: str = "") -> None:
        self.house.audit.append(Event(self.house.now(), self.by, action, target, detail))


def name_link(origin: str, token: str) -> str:
    return f"{origin}/staff/set-up/{token}"
