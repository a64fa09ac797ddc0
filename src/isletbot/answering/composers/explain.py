"""Why a question gets the approved answer it gets, or none: the composer's own figures, nothing asked or kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isletbot.answering.composers.approved import ApprovedComposer, Match
from isletbot.ports import DraftComposer
from isletbot.types import Evidence, NearAnswer, Part


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one part of the question."""

    part: Part
    match: Match | None
    """None when no answer comes into question."""
    near: tuple[NearAnswer, ...]
    """By relevance, whatever else speaks against them."""


def explain_answers(evidence: Evidence, composers: Sequence[DraftComposer]) -> tuple[Explanation, ...]:
    """For judged evidence and the composers of the line."""
    composer = next((one for one in composers if isinstance(one, ApprovedComposer)), None)
    return tuple(
        Explanation(found.part, composer.match(found, evidence) if composer else None, found.approved)
        for found in evidence.found
    )
