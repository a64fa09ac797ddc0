"""The Accounts page and the command line make accounts and set-up links with the same code."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from isletbot.console.account_names import read_name
from isletbot.console.context import ConsoleContext
from isletbot.console.tokens import digest_token, make_token
from isletbot.curation.audit import AuditEvent
from isletbot.curation.staff import Account, LastAdmin, NameTaken, StaffRole
from isletbot.errors import InputError

_LAST_ADMIN = "Nobody would be left who may manage accounts."


@dataclass(frozen=True, slots=True)
class AccountSetup:
    """Changes accounts in the name of `by`. A change and its row in the audit log are kept together or not at all."""

    context: ConsoleContext
    by: str

    def add_account(self, name: str, role: StaffRole) -> str:
        """Adds an account and returns the token of its set-up link, which is stored only as a digest. Raises
        InputError."""
        context, token, now = self.context, make_token(), self.context.now()
        account = Account(uuid4().hex, read_name(name), role, False, now, None, ready=False)
        try:
            with context.transaction():
                context.staff.add_account(account, digest_token(token), now + context.policy.link_lifetime)
                self._write_down("account.added", account.name, role)
        except NameTaken:
            raise InputError(f"There is an account {account.name!r}.", remedy="Take another name.") from None
        return token

    def set_role(self, name: str, role: StaffRole) -> None:
        """Gives the account another role. Raises InputError."""
        account = self.find_account(name)
        try:
            with self.context.transaction():
                self.context.staff.set_role(account.id, role)
                self._write_down("account.role", account.name, f"{account.role} to {role}")
        except LastAdmin:
            raise InputError(_LAST_ADMIN, remedy="Make somebody else an admin first.") from None

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Disables or enables the account. Raises InputError."""
        account = self.find_account(name)
        try:
            with self.context.transaction():
                self.context.staff.set_disabled(account.id, disabled)
                self._write_down("account.disabled" if disabled else "account.enabled", account.name)
        except LastAdmin:
            raise InputError(_LAST_ADMIN, remedy="Make somebody else an admin first.") from None

    def reset_account(self, name: str) -> str:
        """Voids the account's credentials and returns the token of a new set-up link. Raises InputError."""
        account, token, context = self.find_account(name), make_token(), self.context
        with context.transaction():
            context.staff.reset_account(account.id, digest_token(token), context.now() + context.policy.link_lifetime)
            self._write_down("account.reset", account.name)
        return token

    def end_sessions(self, name: str) -> None:
        """Ends every session of the account. Raises InputError."""
        account = self.find_account(name)
        with self.context.transaction():
            ended = self.context.staff.end_sessions(account.id)
            self._write_down("account.sessions-ended", account.name, str(ended))

    def find_account(self, name: str) -> Account:
        """Returns the account of this name. Raises InputError."""
        account = self.context.staff.find_account(read_name(name))
        if account is None:
            raise InputError(f"There is no account {name[:64]!r}.", remedy="`isletbot staff list` names them.")
        return account

    def _write_down(self, action: str, target: str, detail: str = "") -> None:
        self.context.audit.append(AuditEvent(self.context.now(), self.by, action, target, detail))


def make_link(origin: str, token: str) -> str:
    return f"{origin}/staff/set-up/{token}"
