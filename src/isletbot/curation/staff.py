"""The clinic's staff as nouns, what each role includes, and the store that keeps them, as a Protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

StaffRole = Literal["viewer", "editor", "approver", "admin"]
ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
"""Each includes those before it."""
Stage = Literal["enrol", "second-factor", "in"]
"""Of a session: the password was right and a second factor must be set up, or given; or the person is in."""


def includes(role: StaffRole, needed: StaffRole) -> bool:
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
    """What an account is recognised by. Never shown and never in a log."""

    password_hash: str
    factor_secret: str
    """Base32, of the authenticator app; empty until one is being set up."""
    factor_confirmed: bool
    recovery_codes: int
    """How many are left."""


@dataclass(frozen=True, slots=True)
class StaffSession:
    id: str
    account_id: str
    stage: Stage
    agent: str
    """What the browser calls itself."""
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class LastAdmin(Exception):
    """The change would leave nobody who may manage accounts."""


class NameTaken(Exception):
    """There is an account of this name."""


class Accounts(Protocol):
    def add_account(self, account: Account, link_digest: str, link_expires_at: datetime) -> None:
        """With its set-up link. Raises NameTaken."""
        ...

    def list_accounts(self) -> tuple[Account, ...]:
        """By name."""
        ...

    def find_account(self, name: str) -> Account | None: ...

    def set_role(self, account_id: str, role: StaffRole) -> None:
        """Raises LastAdmin."""
        ...

    def set_disabled(self, account_id: str, disabled: bool) -> None:
        """Ends the sessions of whoever is disabled. Raises LastAdmin."""
        ...

    def reset_account(self, account_id: str, link_digest: str, link_expires_at: datetime) -> None:
        """Forgets password, second factor, recovery codes and sessions; the new link sets them up again."""
        ...

    def find_link(self, digest: str, now: datetime) -> Account | None:
        """Whose unused set-up link this is."""
        ...

    def read_credentials(self, account_id: str) -> Credentials: ...

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Uses up any set-up link."""
        ...

    def start_factor(self, account_id: str, secret: str) -> str:
        """The secret of the account: this one, unless there is one already."""
        ...

    def confirm_factor(self, account_id: str, recovery_digests: Sequence[str]) -> None: ...

    def use_step(self, account_id: str, step: int) -> bool:
        """False when a code of this time step, or of a later one, has been used."""
        ...

    def use_recovery_code(self, account_id: str, digest: str) -> bool:
        """Each works once."""
        ...

    def count_attempt(self, key: str, now: datetime, delays: Sequence[int]) -> int:
        """Count one more attempt, or say how many seconds are to be waited before one counts: `delays[n]` after the
        n-th, the last of them after any more. Forgotten a day after the last."""
        ...

    def forget_attempts(self, key: str) -> None: ...


class StaffSessions(Protocol):
    def open_session(self, session: StaffSession, token_digest: str) -> None: ...

    def find_session(self, token_digest: str) -> tuple[StaffSession, Account] | None:
        """Also one that is over, but none of a disabled account."""
        ...

    def touch_session(self, session_id: str, now: datetime) -> None: ...

    def list_sessions(self, account_id: str) -> tuple[StaffSession, ...]: ...

    def end_session(self, account_id: str, session_id: str) -> None: ...

    def end_sessions(self, account_id: str, but: str = "") -> int: ...


class Staff(Accounts, StaffSessions, Protocol):
    """Everything about who may come in."""
