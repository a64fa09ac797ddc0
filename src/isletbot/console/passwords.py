"""This module checks new passwords and hashes them. It demands no mix of characters and lets no password expire."""

from __future__ import annotations

from collections.abc import Sequence
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from isletbot.console.common_passwords import find_pattern
from isletbot.errors import InputError, Unavailable

SHORTEST, ADVISED, LONGEST = 8, 15, 128
_AT_ONCE = 2
"""The number of hashes computed at the same time; each takes 64 MiB and a core."""
_PATIENCE_SECONDS = 10


class Passwords:
    """Hashes with Argon2id and the parameters of RFC 9106 for little memory: 64 MiB, three passes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = BoundedSemaphore(_AT_ONCE)
        self._nobody: str = ""

    def hash(self, password: str) -> str:
        with self._place():
            return self._hasher.hash(password)

    def verify(self, password: str, kept: str) -> bool:
        """Compares a password with its hash. An unknown account has an empty hash: the answer is False and takes as
        long."""
        if not self._nobody:
            self._nobody = self.hash("nobody's")
        with self._place():
            try:
                return self._hasher.verify(kept or self._nobody, password[:LONGEST]) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Tells whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _place(self) -> _Place:
        return _Place(self._places)


class _Place:
    def __init__(self, places: BoundedSemaphore) -> None:
        self._places = places

    def __enter__(self) -> None:
        if not self._places.acquire(timeout=_PATIENCE_SECONDS):
            raise Unavailable("Too many people are signing in.", code="busy", remedy="Try again in some seconds.")

    def __exit__(self, *_: object) -> None:
        self._places.release()


def check_password(password: str, again: str, names: Sequence[str]) -> None:
    """Checks a new password; `names` are those of the person and the clinic. Raises InputError."""
    if password != again:
        raise InputError("The two passwords are not the same.", remedy="Type it twice, or paste it twice.")
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"The password has {len(password)} characters.",
            remedy=f"Take {SHORTEST} to {LONGEST}; {ADVISED} or more are advised. A few words with spaces are good.",
        )
    if pattern := find_pattern(password, names):
        raise InputError(f"This password is {pattern}.", remedy="Such passwords are tried first. Take another.")
