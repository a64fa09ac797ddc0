"""Handles `Idempotency-Key`: a repeated request gets the first reply."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from isletbot.curation.records import ConversationStore, Json
from isletbot.errors import InputError

_KEY = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Claimed:
    id: str
    """Empty for a request without a key."""
    shown: Json | None = None
    """The first reply, once it is stored."""


def claim_reply(
    records: ConversationStore, key: str | None, caller: str, body: object, now: Callable[[], datetime]
) -> Claimed:
    """`caller` separates the keys of different callers. Raises InputError."""
    if key is None:
        return Claimed("")
    if not _KEY.fullmatch(key):
        raise InputError(
            "The Idempotency-Key is not 1 to 255 visible ASCII characters.",
            code="bad_idempotency_key",
            remedy="Send a random UUID.",
        )
    claim, digest = _digest(f"{caller}\0{key}"), _digest(json.dumps(body, sort_keys=True))
    taken = records.claim_key(claim, digest, now())
    if taken is None:
        return Claimed(claim)
    if taken.body_digest != digest:
        raise InputError(
            "This Idempotency-Key came with another question before.",
            code="idempotency_mismatch",
            remedy="Send a new key with a new question.",
        )
    if taken.shown is None:
        raise InputError(
            "The question with this Idempotency-Key is still being answered.",
            code="idempotency_in_progress",
            remedy="Try again in some seconds.",
        )
    return Claimed(claim, taken.shown)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
