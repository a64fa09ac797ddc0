"""A PassageIndex that lives in memory, for tests and small embeddings of the bot. Written to no disk."""

from __future__ import annotations

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
        self._vectors = embeddings.embed([text.text for text in self._texts_searched])
        self._lexical = Lexical.build(served.passages)

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        best: dict[str, Hit] = {}
        for text, similarity in zip(self._texts_searched, (self._vectors @ vector).tolist(), strict=True):
            known = best.get(text.key, Hit(text.key, -1.0))
            asked = known.asked if text.kind == "statement" else max(known.asked, similarity)
            best[text.key] = Hit(text.key, max(known.score, similarity), asked)
        return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.key))[:limit])

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._lexical.search(text, limit)
