"""A PassageIndex that lives in memory, for tests and small embeddings of the bot. Written to no disk."""

from __future__ import annotations

from isletbot.ingestion.blend import blend_vectors
from isletbot.ingestion.index_folder import index_version
from isletbot.ingestion.ingest import approved_only, search_texts
from isletbot.ports import Embeddings, Hit, Vectors
from isletbot.storage.holdings import Holdings
from isletbot.storage.lexical import Lexical
from isletbot.types import Corpus


class MemoryPassages(Holdings):
    def __init__(self, corpus: Corpus, embeddings: Embeddings) -> None:
        served = approved_only(corpus)
        super().__init__(index_version(corpus.version, embeddings.digest), served)
        self._texts_searched = search_texts(served)
        vectors = embeddings.embed([text.text for text in self._texts_searched])
        self._vectors = blend_vectors(self._texts_searched, vectors)
        self._lexical = Lexical.build(served.passages)

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        best: dict[str, float] = {}
        for text, similarity in zip(self._texts_searched, (self._vectors @ vector).tolist(), strict=True):
            best[text.key] = max(best.get(text.key, -1.0), similarity)
        hits = (Hit(key, score) for key, score in best.items())
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.key))[:limit])

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._lexical.search(text, limit)
