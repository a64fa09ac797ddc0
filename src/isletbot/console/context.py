"""What every page of the console is given; wiring fills it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from isletbot.console.passwords import Passwords
from isletbot.curation.audit import AuditLog
from isletbot.curation.staff import Staff


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """How long, how large, and under which address."""

    idle: timedelta
    """A session in which nothing was done for this long is over."""
    lifetime: timedelta
    """A session is over after this time whatever is done in it."""
    link_lifetime: timedelta
    most_form_bytes: int
    address: str
    """Origin under which alone the console answers, as `https://staff.clinic.example`; empty: any."""
    address_key: bytes
    """Under which the addresses of those who sign in are counted: none is kept as it is."""
    clinic: str
    """As the clinic calls itself; no password may be made of it."""


@dataclass(frozen=True, slots=True)
class ConsoleContext:
    staff: Staff
    audit: AuditLog
    transaction: Callable[[], AbstractContextManager[object]]
    """What is written within it is kept or undone as one."""
    passwords: Passwords
    policy: SessionPolicy
    now: Callable[[], datetime]
