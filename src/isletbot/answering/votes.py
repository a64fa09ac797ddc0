"""Counts the votes of the nearest known messages: whether anything answers a message, and which answer does. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from isletbot.answering.neighbours import SHARPNESS, SHARPNESS_WITHIN, weigh_vote
from isletbot.answering.text import bare_forms, bare_words
from isletbot.ports import ExampleHit
from isletbot.types import NearAnswer

NEIGHBOURS = 30
"""Known messages that vote on which answer it is."""
NEAREST_OF_EACH = 5
"""Of the answered messages and of the unanswered ones, how many vote on whether anything answers at all. On 1,216 that
something answers and 2,350 that nothing does, by writers whom the reader had not seen, the AUROC is 0.941; by the
answers' share of the votes of the thirty nearest of all, the way of before, it is 0.910, and 0.890 by the share of the
first answer. With 1, 3 and 10 it is 0.927, 0.939 and 0.942."""
NEW_ANSWER = 8.0
"""What a listed way of asking counts when no neighbour in the bank has its answer: staff list five to fifteen, the bank
has a hundred or more for each answer of the corpus."""
JUDGED_BY_STAFF = 120.0
"""What a message that staff judged counts: four times the 29 others that vote, so that where none of those is nearer it
has more than 80 % of the votes."""
_CLOSE, _APART = 0.95, 0.8
"""Cosine from which such a message counts in full, and from which on it counts as any other: what staff said of one
message is told of those that say the same, not of its whole topic."""
UNKNOWN = 0.6
"""Cosine of one vote for nothing that is always cast: what resembles no known message is not answered, though there be
only one answer to vote for."""


class Vote(NamedTuple):
    nearness: float
    """Cosine of what votes and the message."""
    answers: tuple[str, ...]
    weight: float


def score_candidates(
    approved: Sequence[NearAnswer], answered: Sequence[ExampleHit], unanswered: Sequence[ExampleHit]
) -> Mapping[str, float]:
    """Relevance, 0..1, by id of an answer or key of a passage. The likeliest one's is the share of the votes that say
    that something answers; each other's is less by as much as it has fewer votes. `answered` and `unanswered` are the
    nearest known messages of both sorts, best first."""
    votes = _list_votes(approved, answered)
    shares = _share_votes(votes[:NEIGHBOURS])
    if not shares:
        return {}
    something = sum(vote.weight * weigh_vote(vote.nearness, SHARPNESS_WITHIN) for vote in votes[:NEAREST_OF_EACH])
    against = [measure_nearness(hit, SHARPNESS_WITHIN) for hit in unanswered]
    nothing = sum(weigh_vote(near, SHARPNESS_WITHIN) for near in (UNKNOWN, *sorted(against)[-NEAREST_OF_EACH:]))
    most = max(shares.values())
    return {name: something / (something + nothing) * share / most for name, share in shares.items()}


def score_answers(approved: Sequence[NearAnswer], text: str, scores: Mapping[str, float]) -> tuple[NearAnswer, ...]:
    """Each answer with its relevance, best first. `text` is the message without the turn before it."""
    scored = [_score(near, scores.get(near.answer.id, 0.0), text) for near in approved]
    return tuple(sorted(scored, key=lambda near: (not near.listed, -near.relevance)))


def share_votes(hits: Sequence[ExampleHit]) -> Mapping[str, float]:
    """Share of the votes of the nearest of these messages, answered or not, by name of the answer."""
    votes = [Vote(UNKNOWN, (), 1.0), *(Vote(measure_nearness(hit), hit.example.answers, 1.0) for hit in hits)]
    return _share_votes(sorted(votes, key=lambda vote: -vote.nearness)[:NEIGHBOURS])


def measure_nearness(hit: ExampleHit, sharpness: float = SHARPNESS) -> float:
    """Cosine at which a message of the bank would count as much; the cosine itself for one of the bank."""
    close = min(1.0, max(0.0, (hit.similarity - _APART) / (_CLOSE - _APART)))
    return hit.similarity + close * math.log(hit.example.weight) / sharpness


def _list_votes(approved: Sequence[NearAnswer], answered: Sequence[ExampleHit]) -> list[Vote]:
    """Of the known messages and of the listed ways of asking, the nearest first."""
    known = {answer for hit in answered if hit.example.weight == 1.0 for answer in hit.example.answers}
    votes = [Vote(measure_nearness(hit), hit.example.answers, 1.0) for hit in answered]
    for near in approved:
        weight = 1.0 if near.answer.id in known else NEW_ANSWER
        votes.extend(Vote(similarity, (near.answer.id,), weight) for similarity in near.similarities)
    return sorted(votes, key=lambda vote: -vote.nearness)


def _share_votes(votes: Sequence[Vote]) -> Mapping[str, float]:
    """By name; a message with two answers shares its vote between them."""
    shares: defaultdict[str, float] = defaultdict(float)
    total = 0.0
    for vote in votes:
        weight = vote.weight * weigh_vote(vote.nearness)
        total += weight
        for answer in vote.answers:
            shares[answer] += weight / len(vote.answers)
    return {answer: share / total for answer, share in shares.items()}


def _score(near: NearAnswer, relevance: float, text: str) -> NearAnswer:
    """Words that are a listed way of asking mean that answer, whatever the neighbours say."""
    listed = bare_words(text) in bare_forms(near.answer.asks)
    return replace(near, relevance=1.0 if listed else relevance, listed=listed)
