"""What the encoder is given of a message, and what it tells of it: the same when it is trained and when it serves."""

from __future__ import annotations

from typing import Literal

MessageRoute = Literal["emergency", "crisis", "care_team", "personal", "answer", "off_topic", "attack", "small_talk"]
"""What a message wants, as the classifier reads it."""


def join_turns(text: str, before: str) -> str:
    """A message as the encoder reads it: in one line, with the person's turn before it behind a mark."""
    text = " ".join(text.split())
    return f"{text} | before: {' '.join(before.split())}" if before.strip() else text
