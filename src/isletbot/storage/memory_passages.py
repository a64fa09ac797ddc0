"""This PassageIndex lives in memory, for tests and small embeddings of the bot. It writes nothing to disk."""

from __future__ import annotations

import numpy as np

from isletbot.corpus import Corpus
from isletbot.ingestion.index_folder import index_version
from isletbot.ingestion.ingest import answer_texts, approved_only, search_texts
from isletbot.ports import Embeddings, Hit, Vectors
from isletbot.storage.answer_search import AnswerSearch
from isletbot.storage.base_index import CorpusHoldings
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.brute_force import ExactSearch


class MemoryPassages(CorpusHoldings):
    def __init__(self, corpus: Corpus, embeddings: Embeddings) -> None:
        served = approved_only(corpus)
        super().__init__(index_version(corpus.version, embeddings.digest), served)
        texts = tuple(search_texts(served))
        self._exact = ExactSearch(texts, embeddings.embed([text.text for text in texts]))
        self._lexical = Bm25Index.build(served.passages)
        asks = answer_texts(served)
        vectors = embeddings.embed([ask.text for ask in asks]) if asks else np.empty((0, 1), dtype=np.float32)
        self.answers = AnswerSearch(served.answers, vectors)

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        return self._exact.nearest(vector, limit)

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._lexical.search(text, limit)
