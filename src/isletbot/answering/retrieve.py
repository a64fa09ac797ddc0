"""Third step of the line: finds approved passages by dense and lexical search together, and approved answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from isletbot.answering.verification.sums import asked_back, find_counted
from isletbot.corpus import TIER_RANK
from isletbot.ports import ApprovedAnswers, Embeddings, Hit, PassageIndex
from isletbot.types import Evidence, Found, NearAnswer, Part, Query, ScoredPassage

_NEAR_TIE = 0.02
"""Largest difference of fused score that evidence tier may overturn."""
_ANSWERS = 10
"""Approved answers that are looked at for one part."""
_STRONGEST = max(TIER_RANK.values())


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How to search; the values and their evidence stand in settings."""

    dense_weight: float
    candidates: int


def retrieve_evidence(query: Query, index: PassageIndex, embeddings: Embeddings, how: Retrieval) -> Evidence:
    found = tuple(_search_part(part, embeddings, index, how) for part in query.parts)
    have = {scored.passage.key for part in found for scored in part.passages}
    wanted = [key for part in found for scored in part.passages for key in scored.passage.corrected_by]
    missing = tuple(dict.fromkeys(key for key in wanted if key not in have))
    heard = "\n".join((*query.said[-1:], query.text))
    counted = find_counted(index.everything(), heard) if any(map(asked_back, query.parts)) else ()
    return Evidence(found=found, related=(*index.passages(missing), *counted))


def find_answers(
    evidence: Evidence, answers: ApprovedAnswers, index: PassageIndex, embeddings: Embeddings, today: date
) -> Evidence:
    """The evidence with the approved answers nearest to each part, and with what those rest on."""
    found = tuple(
        part if part.part.off_topic else replace(part, approved=_find_near(part.part, answers, embeddings, today))
        for part in evidence.found
    )
    sentences = [said for part in found for near in part.approved for said in near.answer.wordings]
    keys = dict.fromkeys(quote.key for sentence in sentences for quote in sentence.quotes)
    return replace(evidence, found=found, quoted=index.passages(tuple(keys)))


def _find_near(part: Part, answers: ApprovedAnswers, embeddings: Embeddings, today: date) -> tuple[NearAnswer, ...]:
    """The nearest answers to a part. The one that lists its words comes first, also where the turn before the part
    draws the message away from it, and where another answer lists the same words."""
    near = answers.nearest(embeddings.embed([part.message])[0], _ANSWERS, today)
    listed = answers.find_listed(part.text, today)
    if listed is None:
        return near
    known = next((one for one in near if one.answer == listed), NearAnswer(listed, (1.0,)))
    return (known, *(one for one in near if one.answer != listed))


def _search_part(part: Part, embeddings: Embeddings, index: PassageIndex, how: Retrieval) -> Found:
    if part.off_topic:
        return Found(part=part, passages=())
    vector = embeddings.embed([part.message])[0]
    dense = {hit.key: hit for hit in index.search_dense(vector, how.candidates)}
    lexical = {hit.key: hit for hit in index.search_lexical(part.terms, how.candidates)}
    fused = fuse_scores(tuple(dense.values()), tuple(lexical.values()), how.dense_weight)
    top = max((hit.score for hit in lexical.values()), default=0.0)
    farthest = min((hit.score for hit in dense.values()), default=0.0)
    scored = []
    for passage in index.passages(tuple(fused)):
        near, words = dense.get(passage.key), lexical.get(passage.key)
        scored.append(
            ScoredPassage(
                passage=passage,
                score=fused[passage.key],
                dense=near.score if near else farthest,
                lexical=words.score / top if words else 0.0,
            )
        )
    scored.sort(key=_strongest_first)
    return Found(part=part, passages=tuple(scored[: how.candidates]))


def _strongest_first(scored: ScoredPassage) -> tuple[float, str]:
    tier = TIER_RANK[scored.passage.source.evidence] / _STRONGEST
    return (-(scored.score + _NEAR_TIE * tier), scored.passage.key)


def fuse_scores(dense: Sequence[Hit], lexical: Sequence[Hit], dense_weight: float) -> Mapping[str, float]:
    """Convex combination of the two searches, each scaled to 0..1 within the query; a passage that one of them did not
    find counts 0 there. (Bruch, Gai and Ingber 2023, "An analysis of fusion functions for hybrid retrieval".)"""
    near, words = _scale(dense), _scale(lexical)
    keys = dict.fromkeys((*near, *words))
    return {key: dense_weight * near.get(key, 0.0) + (1 - dense_weight) * words.get(key, 0.0) for key in keys}


def _scale(hits: Sequence[Hit]) -> Mapping[str, float]:
    if not hits:
        return {}
    low, high = min(hit.score for hit in hits), max(hit.score for hit in hits)
    spread = high - low
    return {hit.key: (hit.score - low) / spread if spread else 1.0 for hit in hits}
