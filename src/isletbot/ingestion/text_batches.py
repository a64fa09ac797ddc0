"""Texts go through the model batch by batch, so that memory does not grow with the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np

from isletbot.ingestion.passage_writer import KnownVectors, SearchText
from isletbot.ports import Embeddings, Vectors

EMBED_AT_ONCE = 32
"""Texts between two reports of progress."""
KEPT = 20_000
"""Texts whose vectors are kept (30 MB): a corpus of so many embeds none twice, and a larger one has few that recur."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def cut_batches(texts: Iterable[SearchText], most: int) -> Iterator[list[SearchText]]:
    """Cuts between passages: the vectors of one passage are blended together."""
    batch: list[SearchText] = []
    for _, group in groupby(texts, key=lambda text: text.key):
        own = list(group)
        if batch and len(batch) + len(own) > most:
            yield batch
            batch = []
        batch += own
    if batch:
        yield batch


class BatchEmbedding:
    """Embeds batches, takes over what is known, and says how far it is."""

    def __init__(self, embeddings: Embeddings, known: KnownVectors, progress: Progress, total: int) -> None:
        self.reused = 0
        """Texts that need not go through the model."""
        self._embeddings, self._known, self._progress = embeddings, known, progress
        self._done, self._total = 0, total
        self._kept: dict[str, Vectors] = {}
        progress("embedding", 0, total)

    def skip(self, count: int) -> None:
        """Counts texts whose vectors a killed build has written."""
        self.reused += count
        self._advance(count)

    def embed(self, texts: Sequence[SearchText]) -> Vectors:
        """Returns shape (len(texts), dimensions); (0, 1) for none."""
        rows = [row for start in range(0, len(texts), EMBED_AT_ONCE) for row in self._embed_some(texts, start)]
        return np.asarray(rows, dtype=np.float32) if rows else np.empty((0, 1), dtype=np.float32)

    def _embed_some(self, texts: Sequence[SearchText], start: int) -> list[Vectors]:
        wanted = [text.text for text in texts[start : start + EMBED_AT_ONCE]]
        known = {text: vector for text in wanted if (vector := self._known.find(text)) is not None}
        self.reused += sum(text in known for text in wanted)
        known |= {text: self._kept[text] for text in wanted if text in self._kept}
        missing = list(dict.fromkeys(text for text in wanted if text not in known))
        made = dict(zip(missing, self._embeddings.embed(missing), strict=True)) if missing else {}
        if len(self._kept) < KEPT:
            self._kept |= made
        self._advance(len(wanted))
        return [made[text] if text in made else known[text] for text in wanted]

    def _advance(self, count: int) -> None:
        self._done += count
        self._progress("embedding", self._done, self._total)
