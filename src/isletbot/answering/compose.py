"""Query and Evidence to Draft, by one composer. Which composers there are, and their order, wiring decides."""

from __future__ import annotations

from isletbot.ports import DraftComposer, Reply
from isletbot.types import Draft, Evidence, Query, Verdict


def compose_draft(query: Query, evidence: Evidence, composer: DraftComposer, begun: Draft, reply: Reply) -> Draft:
    """The composer's draft, going on from `begun`; nothing found is declined here, so that none writes from nothing."""
    if not any(found.passages for found in evidence.found):
        return Draft(composer=composer.name, sentences=(), declined="nothing found")
    return composer.compose(query, evidence, begun, reply)


def keep_verified(query: Query, draft: Draft, verdict: Verdict) -> Draft:
    """What the next composer goes on from: the sentences that hold, and every part when none does."""
    dropped = tuple(finding for finding in verdict.findings if finding.outcome != "supported")
    return Draft(
        composer=draft.composer if verdict.supported else "none",
        sentences=verdict.supported,
        unanswered=draft.unanswered if verdict.supported else query.parts,
        dropped=dropped,
    )
