"""This module reads the name of an account into the one form in which the records keep it."""

from __future__ import annotations

import re

from isletbot.errors import InputError

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")


def read_name(text: str) -> str:
    """Returns the name in small letters without blanks around it. Raises InputError."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{text[:64]!r} is no name of an account.",
            remedy="Use 2 to 64 letters, digits, dots, hyphens or an email address, as anna.berg.",
        )
    return name
