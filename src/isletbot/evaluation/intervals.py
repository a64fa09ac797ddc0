"""This module computes confidence intervals and paired tests. Pure, and the same every time."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Z95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""
RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


def wilson_interval(right: int, of: int) -> Interval:
    """Returns the 95 % interval of a share (Wilson 1927, JASA 22:209), which holds for few cases and for shares near 0
    and 1."""
    if not of:
        return Interval(0.0, 1.0)
    share, squared = right / of, Z95 * Z95
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    reach = Z95 * math.sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return Interval(max(0.0, middle - reach) if right else 0.0, min(1.0, middle + reach) if right < of else 1.0)


def bootstrap_interval(items: Sequence[T], measure: Callable[[Sequence[T]], float], seed: int = 20260101) -> Interval:
    """Returns the 95 % percentile interval (Efron 1979) of a measure that is no share, over 1,000 resamples with a
    fixed seed."""
    if not items:
        return Interval(0.0, 0.0)
    draw = random.Random(seed)
    values = sorted(measure(draw.choices(items, k=len(items))) for _ in range(RESAMPLES))
    return Interval(values[int(RESAMPLES * 0.025)], values[int(RESAMPLES * 0.975) - 1])


def mcnemar_exact(worse: int, better: int) -> float:
    """Computes the two-sided exact McNemar test (McNemar 1947; the sign test over cases whose outcome differs): the
    probability of a split at least this uneven when neither run is better. 1 when no case differs."""
    differ = worse + better
    if not differ:
        return 1.0
    tail = sum(math.comb(differ, place) for place in range(min(worse, better) + 1)) / 2**differ
    return min(1.0, 2 * float(tail))


def quantile(values: Sequence[float], share: float) -> float:
    """Interpolates linearly between the two nearest values (Hyndman and Fan 1996, type 7)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
