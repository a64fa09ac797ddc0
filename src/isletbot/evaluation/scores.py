"""This module holds the scores, one pure function each, with its definition."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def ndcg(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """Returns the discounted cumulative gain at `depth` over that of the ideal ranking, with linear gain (Järvelin and
    Kekäläinen 2002; the same as trec_eval's ndcg_cut). 0 when nothing is relevant."""
    gains = (relevance.get(document, 0) / math.log2(place + 2) for place, document in enumerate(ranking[:depth]))
    ideal = sorted((grade for grade in relevance.values() if grade > 0), reverse=True)[:depth]
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(ideal))
    return sum(gains) / best if best else 0.0


def recall(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """Returns the share of the relevant documents among the first `depth`. 0 when nothing is relevant."""
    relevant = {document for document, grade in relevance.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], relevance: Mapping[str, int], depth: int) -> float:
    """Returns one over the rank of the first relevant document, 0 when it is not among the first `depth`."""
    places = (place for place, document in enumerate(ranking[:depth], 1) if relevance.get(document, 0) > 0)
    return 1 / next(places, math.inf)


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Returns the probability that a positive scores above a negative, ties one half (Mann and Whitney 1947; Hanley and
    McNeil 1982). 0.5 when one side is empty."""
    ordered = sorted(range(len(scores)), key=lambda place: scores[place])
    ranks = [0.0] * len(scores)
    start = 0
    while start < len(ordered):
        end = start
        while end + 1 < len(ordered) and scores[ordered[end + 1]] == scores[ordered[start]]:
            end += 1
        for place in ordered[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    positives = sum(positive)
    negatives = len(positive) - positives
    if not positives or not negatives:
        return 0.5
    total = sum(rank for rank, is_positive in zip(ranks, positive, strict=True) if is_positive)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


@dataclass(frozen=True, slots=True)
class Detection:
    """The quality of a detector: precision tp/(tp+fp), recall tp/(tp+fn), F1 their harmonic mean (van Rijsbergen 1979),
    balanced accuracy the mean of the recall of positives and of negatives (Brodersen et al. 2010)."""

    precision: float
    recall: float
    f1: float
    balanced_accuracy: float


def measure_detection(found: Sequence[bool], positive: Sequence[bool]) -> Detection:
    pairs = list(zip(found, positive, strict=True))
    hits = sum(said and true for said, true in pairs)
    false = sum(said and not true for said, true in pairs)
    missed = sum(true and not said for said, true in pairs)
    cleared = len(pairs) - hits - false - missed
    precision = hits / (hits + false) if hits + false else 0.0
    recall_of_positives = hits / (hits + missed) if hits + missed else 0.0
    recall_of_negatives = cleared / (cleared + false) if cleared + false else 0.0
    f1 = 2 * hits / (2 * hits + false + missed) if hits else 0.0
    return Detection(precision, recall_of_positives, f1, (recall_of_positives + recall_of_negatives) / 2)


def best_f1_below(scores: Sequence[float], positive: Sequence[bool]) -> tuple[float, float]:
    """Returns the threshold with the best F1 when a score below it is called positive, and that F1. It is an upper
    bound: it is chosen on the very items it is measured on."""
    ordered = sorted(zip(scores, positive, strict=True))
    positives = sum(positive)
    best, threshold, hits = 0.0, 0.0, 0
    for place, (score, is_positive) in enumerate(ordered, 1):
        hits += is_positive
        if place < len(ordered) and ordered[place][0] == score:
            continue
        f1 = 2 * hits / (place + positives) if hits else 0.0
        if f1 > best:
            best, threshold = f1, ordered[place][0] if place < len(ordered) else score + 1e-9
    return threshold, best


_VOWELS = re.compile(r"[aeiouy]+")


def reading_grade(text: str) -> float:
    """Returns the Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59 (Kincaid et al. 1975).
    Groups of vowels count as syllables, without a silent final e. 0 for a text without words."""
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)|\n+", text) if re.search(r"[A-Za-z]", part)]
    if not words:
        return 0.0
    syllables = sum(_count_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _count_syllables(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
