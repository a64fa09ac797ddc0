"""This module compares a query with every vector of a small collection, which is exact and faster than a graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isletbot.ingestion.blend import blend_vectors
from isletbot.ingestion.passage_writer import SearchText
from isletbot.ports import Hit, Vectors


class ExactSearch:
    def __init__(self, texts: Sequence[SearchText], vectors: Vectors) -> None:
        """`vectors[i]` is the unit vector of `texts[i]`; texts of one passage stand together."""
        self._matrix = blend_vectors(texts, vectors)
        starts = [row for row, text in enumerate(texts) if not row or texts[row - 1].key != text.key]
        self._starts = np.asarray(starts, dtype=np.intp)
        self._keys = tuple(texts[row].key for row in starts)

    def nearest(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        """Returns passages by their best vector, best first."""
        if not self._keys:
            return ()
        # Not `@`: BLAS wakes its threads for a product this small, and on a busy machine waits for them.
        scores = np.maximum.reduceat(np.vecdot(self._matrix, vector), self._starts)
        best = np.argsort(-scores, kind="stable")[:limit]
        return tuple(Hit(self._keys[row], float(scores[row])) for row in best)
