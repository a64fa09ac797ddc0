"""The wiring gives every page of the console the same context: stores, clock and policy."""

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
    """The limits of sessions, links and forms, and the address of the console."""

    idle: timedelta
    """A session ends when nothing happens in it for this long."""
    lifetime: timedelta
    """A session ends after this time, whatever happens in it."""
    link_lifetime: timedelta
    most_form_bytes: int
    most_file_bytes: int
    """Of a document that staff upload."""
    address: str
    """The only origin that the console answers under, such as `https://staff.clinic.example`; empty allows any."""
    address_key: bytes
    """The key of the digest under which sign-in attempts of an address are counted; no address is stored."""
    clinic: str
    """The clinic's own name, which no password may consist of."""
    topic: str = ""
    """Words of the topic, which everybody there thinks of: no password may consist of them either."""


@dataclass(frozen=True, slots=True)
class ConsoleContext:
    staff: Staff
    audit: AuditLog
    transaction: Callable[[], AbstractContextManager[object]]
    """Opens a transaction: everything written within it is stored or undone as one."""
    passwords: Passwords
    policy: SessionPolicy
    now: Callable[[], datetime]
