"""What the trace keeps of the evidence: names and numbers, no text."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.ports import DraftComposer
from isletbot.types import Composer, Draft, Evidence

_SHOWN = 5
"""Approved answers of one part."""
Scored = tuple[tuple[str, float], ...]


def list_found(evidence: Evidence) -> Scored:
    """(passage key, fused score), in the order found."""
    return tuple((one.passage.key, round(one.score, 4)) for found in evidence.found for one in found.passages)


def list_judged(evidence: Evidence) -> Scored:
    """(answer id or passage key, relevance) of the likeliest answers and of the statements that were read."""
    answers = [(near.answer.id, near.relevance) for found in evidence.found for near in found.approved[:_SHOWN]]
    read = [(one.passage.key, one.relevance) for found in evidence.found for one in found.passages]
    return tuple((name, round(score, 4)) for name, score in (*answers, *read) if score is not None)


def add_tokens(drafts: Sequence[Draft]) -> tuple[int, int] | None:
    """Tokens sent to a chat model and written by it, over all drafts; None when none was asked."""
    spent = [draft.chat_tokens for draft in drafts if draft.chat_tokens]
    return (sum(sent for sent, _ in spent), sum(written for _, written in spent)) if spent else None


def list_drafts(composers: Sequence[DraftComposer], drafts: Sequence[Draft]) -> tuple[tuple[Composer, str], ...]:
    """(composer, why it declined), in the order asked; the last ones may not have been asked."""
    return tuple((composer.name, draft.declined) for composer, draft in zip(composers, drafts, strict=False))


def list_approved(drafts: Sequence[Draft]) -> tuple[str, ...]:
    """Ids of the approved answers that any draft says, each once."""
    return tuple(dict.fromkeys(name for draft in drafts for name in draft.approved))
