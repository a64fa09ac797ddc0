"""This module finds approved answers by the nearest of their ways of asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

import numpy as np

from isletbot.answering.text import bare_words
from isletbot.ports import Vectors
from isletbot.types import ApprovedAnswer, NearAnswer

_KEPT = 5
"""The number of nearest ways of asking whose similarity is returned for each answer."""


class AnswerSearch:
    def __init__(self, answers: Sequence[ApprovedAnswer], vectors: Vectors) -> None:
        """`vectors` holds the vectors of all ways of asking, answer by answer."""
        self._answers = tuple(answers)
        most = max((len(answer.asks) for answer in answers), default=0)
        self._asks = np.zeros((len(self._answers), max(most, _KEPT), vectors.shape[1]), dtype=np.float32)
        row = 0
        for place, answer in enumerate(self._answers):
            self._asks[place, : len(answer.asks)] = vectors[row : row + len(answer.asks)]
            row += len(answer.asks)
        self._listed = {bare_words(ask): answer for answer in self._answers for ask in answer.asks}

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return self._answers

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        if not self._answers:
            return ()
        # Not `@`: BLAS wakes its threads for a product this small.
        similar = -np.partition(-np.vecdot(self._asks, vector), _KEPT - 1, axis=1)[:, :_KEPT]
        similar[:, ::-1].sort(axis=1)
        order = (int(place) for place in np.argsort(-similar[:, 0], kind="stable"))
        near = (self._tell(place, similar[place]) for place in order)
        return tuple(islice((found for found in near if found.answer.expires >= today), limit))

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        answer = self._listed.get(bare_words(text))
        return answer if answer and answer.expires >= today else None

    def _tell(self, place: int, similar: Vectors) -> NearAnswer:
        answer = self._answers[place]
        return NearAnswer(answer, tuple(map(float, similar[: len(answer.asks)])))
