"""One pure function a score, each with its definition."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """Discounted cumulative gain at `depth` over that of the ideal ranking, linear gain (Järvelin and Kekäläinen
    2002; the same as trec_eval's ndcg_cut). 0 when nothing is relevant."""
    gains = (relevance.get(document, 0) / math.log2(place + 2) for place, document in enumerate(ranking[:depth]))
    ideal = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)[:depth]
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(ideal))
    return sum(gains) / best if best else 0.0


def recall(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """Share of the relevant documents among the first `depth`. 0 when nothing is relevant."""
    relevant = {document for document, grade in relevance.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """One over the place of the first relevant document, 0 when it is not among the first `depth`."""
    places = (place for place, document in enumerate(ranking[:depth], 1) if relevance.get(document, 0) > 0)
    return 1 / next(places, math.inf)
