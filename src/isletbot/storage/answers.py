"""Approved answers of the corpus, found by the nearest of their ways of asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

import numpy as np

from isletbot.ports import Vectors
from isletbot.types import ApprovedAnswer, NearAnswer

_AROUND = 3
"""Ways of asking that are averaged; an answer that has fewer counts the ones it lacks as unlike."""


class AnswerSearch:
    def __init__(self, answers: Sequence[ApprovedAnswer], vectors: Vectors) -> None:
        """`vectors` are of all ways of asking, answer by answer."""
        self._answers = tuple(answers)
        most = max((len(answer.asks) for answer in answers), default=0)
        self._asks = np.zeros((len(self._answers), max(most, _AROUND), vectors.shape[1]), dtype=np.float32)
        row = 0
        for place, answer in enumerate(self._answers):
            self._asks[place, : len(answer.asks)] = vectors[row : row + len(answer.asks)]
            row += len(answer.asks)

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return self._answers

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        if not self._answers:
            return ()
        # Not `@`: BLAS wakes its threads for a product this small.
        similar = -np.partition(-np.vecdot(self._asks, vector), _AROUND - 1, axis=1)[:, :_AROUND]
        best, around = similar.max(axis=1), similar.mean(axis=1)
        order = (int(place) for place in np.argsort(-best, kind="stable"))
        near = (NearAnswer(self._answers[place], float(best[place]), float(around[place])) for place in order)
        return tuple(islice((found for found in near if found.answer.expires >= today), limit))
