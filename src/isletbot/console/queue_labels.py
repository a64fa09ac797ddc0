"""The address of the queue and the names of what is in it."""

from __future__ import annotations

from isletbot.curation.queue import ItemKind

LIST = "/staff/queue"
WORDS: dict[ItemKind, str] = {
    "unsafe": "marked unsafe",
    "wrong": "marked wrong",
    "declined": "declined",
    "unverified": "a sentence failed verification",
    "left": "an approved answer left",
    "source": "a source changed",
    "handoff": "waits for a person",
}
