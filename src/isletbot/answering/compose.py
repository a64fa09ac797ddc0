"""Question and Evidence to Draft, by one composer. Which composers there are, and their order, wiring decides."""

from __future__ import annotations

from isletbot.ports import DraftComposer
from isletbot.types import Draft, Evidence, Query


def compose_draft(query: Query, evidence: Evidence, composer: DraftComposer) -> Draft:
    """The composer's draft; nothing found is declined here, so that no composer writes from nothing."""
    if not any(found.passages for found in evidence.found):
        return Draft(composer=composer.name, sentences=(), declined="nothing found")
    return composer.compose(query, evidence)
