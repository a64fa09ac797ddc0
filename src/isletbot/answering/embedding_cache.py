"""Vectors of the texts of one question, each made once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isletbot.ports import Embeddings, Vectors


class CachedEmbeddings:
    """Lives as long as one question."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._vectors: dict[str, Vectors] = {}

    @property
    def digest(self) -> str:
        return self._embeddings.digest

    def embed(self, texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors.update(zip(new, self._embeddings.embed(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])
