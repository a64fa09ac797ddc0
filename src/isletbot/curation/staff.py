"""These types describe the clinic's staff and what each role includes; Protocols name the stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

StaffRole = Literal["viewer", "editor", "approver", "admin"]
ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
"""The roles; each includes those before it."""
Stage = Literal["enrol", "second-factor", "in"]
"""The stage of a session: the second factor must be set up, or given, or the person is in."""


def includes_role(role: StaffRole, needed: StaffRole) -> bool:
    return ROLES.index(role) >= ROLES.index(needed)


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    role: StaffRole
    disabled: bool
    made_at: datetime
    last_in_at: datetime | None
    ready: bool
    """Whether a password and a second factor are set."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The secrets of an account, which no page and no log shows."""

    password_hash: str
    factor_secret: str
    """The secret of the authenticator app in Base32; empty before its set-up."""
    factor_confirmed: bool
    recovery_codes: int
    """The number of unused codes."""


@dataclass(frozen=True, slots=True)
class StaffSession:
    id: str
    account_id: str
    stage: Stage
    agent: str
    """The name that the browser gives itself."""
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class LastAdmin(Exception):
    """The change would leave nobody who may manage accounts."""


class NameTaken(Exception):
    """Another account has this name."""


class Accounts(Protocol):
    def add_account(self, account: Account, link_digest: str, link_expires_at: datetime) -> None:
        """Adds the account with its set-up link. Raises NameTaken."""
        ...

    def list_accounts(self) -> tuple[Account, ...]:
        """Lists the accounts by name."""
        ...

    def find_account(self, name: str) -> Account | None: ...

    def set_role(self, account_id: str, role: StaffRole) -> None:
        """Sets the role. Raises LastAdmin."""
        ...

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Disables or enables the account and ends the sessions of a disabled one. Raises LastAdmin."""
        ...

    def reset_account(self, account_id: str, link_digest: str, link_expires_at: datetime) -> None:
        """Deletes password, second factor, recovery codes and sessions; the new link sets them up again."""
        ...

    def find_link(self, digest: str, now: datetime) -> Account | None:
        """Returns the account of an unused set-up link."""
        ...

    def read_credentials(self, account_id: str) -> Credentials: ...

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Sets the password and uses up any set-up link."""
        ...

    def start_factor(self, account_id: str, secret: str) -> str:
        """Stores the secret unless the account has one, and returns the account's secret."""
        ...

    def confirm_factor(self, account_id: str, recovery_digests: Sequence[str]) -> None: ...

    def use_step(self, account_id: str, step: int) -> bool:
        """Uses a time step; returns False when a code of this step or a later one was used."""
        ...

    def use_recovery_code(self, account_id: str, digest: str) -> bool:
        """Uses a recovery code; each works once."""
        ...

    def count_attempt(self, key: str, now: datetime, delays: Sequence[int]) -> int:
        """Counts one more attempt, or returns the seconds to wait before one counts: `delays[n]` after the n-th, the
        last of them after any more. The count is deleted a day after the last attempt."""
        ...

    def forget_attempts(self, key: str) -> None: ...


class StaffSessions(Protocol):
    def open_session(self, session: StaffSession, token_digest: str) -> None: ...

    def find_session(self, token_digest: str) -> tuple[StaffSession, Account] | None:
        """Finds a session, also one that is over, but none of a disabled account."""
        ...

    def touch_session(self, session_id: str, now: datetime) -> None: ...

    def list_sessions(self, account_id: str) -> tuple[StaffSession, ...]: ...

    def end_session(self, account_id: str, session_id: str) -> None: ...

    def end_sessions(self, account_id: str, but: str = "") -> int: ...


class Staff(Accounts, StaffSessions, Protocol):
    """The store of accounts and their sessions."""
