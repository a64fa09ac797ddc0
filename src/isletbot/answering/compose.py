"""Fifth step of the line: asks composers in order until one has something to say. Wiring decides which there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isletbot.ports import DraftComposer, Reply
from isletbot.types import Draft, Evidence, Query, Verdict


def compose_draft(
    query: Query, evidence: Evidence, composers: Sequence[DraftComposer], begun: Draft, reply: Reply
) -> tuple[Draft, ...]:
    """A draft of each composer that was asked, going on from `begun`: only the last one may say something new. Nothing
    found is declined here, so that none writes from nothing."""
    if not any(found.passages for found in evidence.found):
        return tuple(Draft(composer=composer.name, sentences=(), declined="nothing found") for composer in composers)
    drafts: list[Draft] = []
    for composer in composers:
        draft = composer.compose(query, evidence, begun, reply)
        drafts.append(draft)
        if draft.sentences != begun.sentences or draft.raised != "answer":
            break
        begun = replace(begun, dropped=draft.dropped, suggestions=draft.suggestions)
    return tuple(drafts)


def keep_verified(query: Query, draft: Draft, verdict: Verdict) -> Draft:
    """What the next composer goes on from: the sentences that hold, and every part when none does."""
    dropped = tuple(finding for finding in verdict.findings if finding.outcome != "supported")
    return Draft(
        composer=draft.composer if verdict.supported else "none",
        sentences=verdict.supported,
        suggestions=draft.suggestions,
        unanswered=draft.unanswered if verdict.supported else query.parts,
        dropped=dropped,
    )
