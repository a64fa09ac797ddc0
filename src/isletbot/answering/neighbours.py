"""Reads, from the known messages nearest to a message, how the reply to it begins and which gap it asks for."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from isletbot.answering.text import is_negation, may_want_yes_or_no, tokenise
from isletbot.ports import ExampleHit
from isletbot.types import ApprovedAnswer, Opening

SHARPNESS = 30.0
"""How fast a vote fades with distance: exp(30 (cosine - 1))."""
NEAREST, SHARPNESS_WITHIN = 20, 15.0
"""The messages that vote among those with one answer, and how fast their vote fades: they are fewer and farther."""
WANT_OPENING, SURE_OPENING = 0.5, 0.87
"""Share of the nearest messages with the same answer that begin in some way, and share of these that begin in one: a
wrong "no" is worse than none. Of 3,000 messages, their writers left out in turn, 198 are right, 10 wrong, and 48 are
where no reader labelled one; with 0.4 and 0.85 it is 252, 21 and 73. Of the thirty nearest of all messages, and only
for the form of a question of yes or no, it was 171, 23 and 53."""
GAP_NEAR, SURE_GAP = 0.65, 0.6
"""Cosine from which a way of asking for a gap counts, and share of these that must ask for one gap. Of 1,059 messages
that nothing answers, their writers left out in turn, 545 are named as their readers named them and 143 otherwise, half
of which fit as well; with a share of 0.8 it is 473 and 97, from a cosine of 0.7 on 478 and 113."""


def weigh_vote(similarity: float, sharpness: float = SHARPNESS) -> float:
    """What a known message at this cosine counts; 1 for the very same."""
    return math.exp(sharpness * (similarity - 1))


def find_opening(answer: ApprovedAnswer, text: str, asking: Sequence[ExampleHit]) -> Opening | None:
    """How a reply with this answer begins: as most of the nearest messages that ask for it begin, where it may begin
    so. None for a message that asks what, who or when, or that denies something itself: "is it not approved?" is met by
    no "yes" that could not be misread."""
    if not may_want_yes_or_no(text) or any(is_negation(token) for token in tokenise(text)):
        return None
    shares: defaultdict[Opening | None, float] = defaultdict(float)
    for hit in asking[:NEAREST]:
        shares[hit.example.opening] += weigh_vote(hit.similarity, SHARPNESS_WITHIN)
    total = sum(shares.values())
    shares.pop(None, None)
    known = sum(shares.values())
    best = max(shares, key=lambda opening: shares[opening], default=None)
    sure = best is not None and known >= WANT_OPENING * total and shares[best] >= SURE_OPENING * known
    return best if sure and best in {proposition.opening for proposition in answer.propositions} else None


def find_gap(hits: Sequence[ExampleHit]) -> str:
    """Id of the gap that a message asks for: that of most of the ways of asking for gaps near it; empty for none."""
    shares: defaultdict[str, float] = defaultdict(float)
    for hit in hits:
        if hit.example.gap and hit.similarity >= GAP_NEAR:
            shares[hit.example.gap] += weigh_vote(hit.similarity)
    best = max(shares, key=lambda gap: shares[gap], default="")
    return best if shares and shares[best] >= SURE_GAP * sum(shares.values()) else ""
