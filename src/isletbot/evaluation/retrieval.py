"""This module measures dense, lexical and hybrid retrieval on a judged collection with the functions that ship."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from isletbot.answering.retrieve import fuse_scores
from isletbot.evaluation.beir import Collection
from isletbot.evaluation.scores import ndcg, recall, reciprocal_rank
from isletbot.ports import Embeddings, Hit, PassageIndex

DEPTH = 100
Figures = Mapping[str, float]
Ranker = Callable[[Sequence[Hit], Sequence[Hit]], Sequence[str]]


def measure_retrieval(
    collection: Collection,
    index: PassageIndex,
    embeddings: Embeddings,
    dense_weight: float,
    progress: Callable[[str, int, int], None],
) -> Mapping[str, Figures]:
    """Measures nDCG@10, recall@10, recall@100 and MRR@10 of each way to search: 0..1, means over the judged queries."""
    rankers: Mapping[str, Ranker] = {
        "dense": lambda dense, lexical: _rank_keys({hit.key: hit.score for hit in dense}),
        "lexical": lambda dense, lexical: _rank_keys({hit.key: hit.score for hit in lexical}),
        "rank_fusion": lambda dense, lexical: _rank_keys(_fuse_ranks(dense, lexical)),
        "hybrid": lambda dense, lexical: _rank_keys(fuse_scores(dense, lexical, dense_weight)),
    }
    rankings: dict[str, list[tuple[Sequence[str], Mapping[str, int]]]] = {name: [] for name in rankers}
    for number, (query_id, text) in enumerate(collection.queries.items(), 1):
        dense = index.search_dense(embeddings.embed([text])[0], DEPTH)
        lexical = index.search_lexical(text, DEPTH)
        for name, ranker in rankers.items():
            ranking = [collection.documents[key] for key in ranker(dense, lexical)]
            rankings[name].append((ranking, collection.judgements[query_id]))
        progress("searching", number, len(collection.queries))
    return {name: _measure_rankings(ranked) for name, ranked in rankings.items()}


def _measure_rankings(ranked: Sequence[tuple[Sequence[str], Mapping[str, int]]]) -> Figures:
    return {
        "ndcg_at_10": fmean(ndcg(ranking, relevance, 10) for ranking, relevance in ranked),
        "recall_at_10": fmean(recall(ranking, relevance, 10) for ranking, relevance in ranked),
        "recall_at_100": fmean(recall(ranking, relevance, 100) for ranking, relevance in ranked),
        "mrr_at_10": fmean(reciprocal_rank(ranking, relevance, 10) for ranking, relevance in ranked),
    }


def _rank_keys(scores: Mapping[str, float]) -> Sequence[str]:
    return sorted(scores, key=lambda key: (-scores[key], key))[:DEPTH]


def _fuse_ranks(dense: Sequence[Hit], lexical: Sequence[Hit]) -> Mapping[str, float]:
    """Fuses by reciprocal rank with the customary constant 60 (Cormack, Clarke and Büttcher 2009), for comparison."""
    scores: dict[str, float] = {}
    for hits in (dense, lexical):
        for place, hit in enumerate(hits, 1):
            scores[hit.key] = scores.get(hit.key, 0.0) + 1 / (60 + place)
    return scores
