"""This module makes secrets that are handed out once and stored as a digest (session tokens, set-up links, recovery
codes), and the token of a form."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_BYTES = 32
_RECOVERY_BYTES = 15
_GROUP = 4


def make_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def digest_token(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def make_form_token(session_token: str) -> str:
    """Derives a form's token from the session's token, which no other page can read and which cannot be derived
    back."""
    return hmac.new(session_token.encode("utf-8", "surrogateescape"), b"form", hashlib.sha256).hexdigest()


def is_form_token(given: str, session_token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), make_form_token(session_token).encode())


def make_recovery_code() -> str:
    """Makes a code of 120 random bits, so that its digest needs no salt."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def digest_recovery_code(code: str) -> str:
    return digest_token("".join(letter for letter in code.lower() if letter.isalnum()))
