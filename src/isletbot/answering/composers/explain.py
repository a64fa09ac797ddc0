"""Why a question would get the approved answer it gets, or none: the composer's own figures, nothing asked or kept."""

from __future__ import annotations

from dataclasses import dataclass

from isletbot.answering.composers.approved import SAID, SURE, TOLD, ApprovedComposer, Match
from isletbot.answering.graph import Line
from isletbot.answering.retrieve import find_answers, retrieve_evidence
from isletbot.types import NearAnswer, Part, Query


@dataclass(frozen=True, slots=True)
class Explanation:
    """Of one part of the question."""

    part: Part
    match: Match | None
    """None when no answer comes into question."""
    near: tuple[NearAnswer, ...]
    """By similarity to their ways of asking, whatever else speaks against them."""

    @property
    def measures(self) -> tuple[tuple[str, float, float], ...]:
        """(name, what was measured of the match, the least that is needed)."""
        if self.match is None:
            return ()
        match = self.match
        return (
            ("near", match.nearest, match.least_near),
            ("sure", match.confidence, SURE),
            ("told", match.told, TOLD),
            ("said", match.said, SAID),
        )


def explain_answers(line: Line, query: Query) -> tuple[Explanation, ...]:
    evidence = retrieve_evidence(query, line.index, line.embeddings, line.retrieval)
    evidence = find_answers(evidence, line.answers, line.index, line.embeddings, line.clock.today())
    composer = next((one for one in line.composers if isinstance(one, ApprovedComposer)), None)
    return tuple(
        Explanation(found.part, composer.match(found, evidence, query.said) if composer else None, found.approved)
        for found in evidence.found
    )
