"""Stand-ins for the neural models: deterministic, no weights, shipped so that others can test with them too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from isletbot.ports import Vectors


class HashEmbeddings:
    """Each word is a fixed pseudo-random direction and a text their mean, so shared words mean nearness."""

    def __init__(self, dimensions: int = 384) -> None:
        self._dimensions = dimensions

    @property
    def digest(self) -> str:
        return f"words-{self._dimensions}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            total = np.sum([self._direction(word) for word in re.findall(r"\w+", text.lower()) or [""]], axis=0)
            vectors[row] = total / np.linalg.norm(total)
        return vectors

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(self._dimensions, dtype=np.float32)
