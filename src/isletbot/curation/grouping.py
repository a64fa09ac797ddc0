"""This module finds the group that a new question belongs to. Pure.

Two questions mean the same when the search comes up with the same passages for both. Measured on the 205 questions of
`evals/stability.jsonl`, five wordings each of 41: by passages F1 of pairs is 0.6, by the vectors of the questions alone
0.28, since nearly all of them speak of one trial. Vectors decide where nothing was found, and veto what is far apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from isletbot.curation.queue import GroupingFeatures, KnownGroup

SAME_PASSAGES = 0.35
"""The least share of passages in common, averaged over the group. From 0.3 to 0.45 F1 stays within 0.03; a split group
costs staff a second look, a mixed one hides a question, so it is not lower."""
NOT_FAR = 0.2
"""The least mean similarity of the questions themselves."""
SAME_WORDS = 0.75
"""The least similarity for a question that was not searched for."""
LOOKED_AT = 8
"""The number of passages compared for a question, and of questions compared in a group."""


def find_group(meaning: GroupingFeatures, groups: Sequence[KnownGroup]) -> KnownGroup | None:
    """Returns the nearest group, or None when none is near enough."""
    scored = [(score_group(meaning, group.meanings), group) for group in groups if group.meanings]
    score, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= 1 else None


def score_group(meaning: GroupingFeatures, members: Sequence[GroupingFeatures]) -> float:
    """Scores a question against a group; 1 or more is near enough."""
    if not meaning.found:
        return _mean_similarity(meaning, members) / SAME_WORDS
    shared = sum(_share_found(meaning.found, member.found) for member in members) / len(members)
    if shared < SAME_PASSAGES or _mean_similarity(meaning, members) < NOT_FAR:
        return 0.0
    return shared / SAME_PASSAGES


def _mean_similarity(meaning: GroupingFeatures, members: Sequence[GroupingFeatures]) -> float:
    return float(np.mean([meaning.vector @ member.vector for member in members]))


def keep_best(found: Mapping[str, float]) -> dict[str, float]:
    best = sorted(found.items(), key=lambda pair: -pair[1])[:LOOKED_AT]
    return {key: round(score, 3) for key, score in best}


def _share_found(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    both = one.keys() & other.keys()  # mostly none, and there are thousands to compare
    if not both:
        return 0.0
    return sum(min(one[key], other[key]) for key in both) / max(sum(one.values()), sum(other.values()), 1e-9)
