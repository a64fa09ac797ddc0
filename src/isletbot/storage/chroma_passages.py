"""This module opens and searches an index: passages in Chroma, embedded in this process, with BM25 beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from isletbot.corpus import Corpus
from isletbot.errors import IndexCorrupt
from isletbot.ingestion.index_folder import REBUILD, check_files, open_current
from isletbot.ingestion.ingest import search_texts
from isletbot.ports import Hit, SearchText, Vectors
from isletbot.storage.answer_search import AnswerSearch
from isletbot.storage.base_index import CorpusHoldings
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.brute_force import ExactSearch
from isletbot.storage.corpus_file import read_corpus

COLLECTION = "passages"
CHROMA = "chroma"
DATABASE = f"{CHROMA}/chroma.sqlite3"
BM25 = "bm25"
CORPUS_FILE = "corpus.json"
VECTORS_FILE = "vectors.npy"
ASKS_FILE = "asks.npy"
"""The file of vectors of the ways to ask for approved answers."""
"""The texts' own vectors: to search them whole, and so that the next build need not embed them again."""
EXACT_UP_TO = 20_000
"""Vectors up to which Chroma keeps them but is not asked: with 3,109 a query of its graph takes 1.6 ms, and looking at
every vector 0.1 ms."""
_SAME = 1e-3
"""The largest distance from 1 of the cosine of a vector that is found again."""
_OPENING = Lock()
"""The lock of opening: two threads that open one path at once get half a client."""


class ChromaPassages(CorpusHoldings):
    """One version of the index, open for reading.

    Only approved passages are in it, so the filter is part of every query by construction. A metadata filter would do
    the same at 1.6 ms a query with 1,000 vectors and 29 ms with 15,000.
    """

    def __init__(self, version: str, corpus: Corpus, client: Client, lexical: Bm25Index, answers: AnswerSearch) -> None:
        super().__init__(version, corpus)
        self.answers = answers
        self._client = client
        self._collection = client.get_collection(COLLECTION, embedding_function=None)
        self._vectors = self._collection.count()
        self._lexical = lexical
        self._exact: ExactSearch | None = None

    @classmethod
    def open(cls, index_dir: Path, weights_digest: str, exact_up_to: int = EXACT_UP_TO) -> ChromaPassages:
        """Raises IndexNotReady when there is none for these weights, IndexCorrupt when it is not what was written.

        Up to `exact_up_to` vectors are held in memory and searched whole.
        """
        folder, manifest = open_current(index_dir, weights_digest)
        check_files(folder, manifest)
        if not (folder / DATABASE).is_file():  # Chroma would make an empty one
            raise IndexCorrupt(f"{str(folder / DATABASE)!r} is missing. {REBUILD}")
        corpus = read_corpus(folder / CORPUS_FILE)
        lexical = Bm25Index.load(folder / BM25, [passage.key for passage in corpus.passages])
        client = None
        try:
            answers = AnswerSearch(corpus.answers, np.load(folder / ASKS_FILE, allow_pickle=False))
            with _OPENING:
                client = open_client(folder)
                index = cls(manifest.version, corpus, client, lexical, answers)
                index._probe(manifest.vectors)
            if manifest.vectors <= exact_up_to:
                vectors = np.load(folder / VECTORS_FILE, allow_pickle=False)
                index._exact = ExactSearch(search_texts(corpus), vectors)
        except Exception as error:  # Chroma's errors have no common base, and the file may be anything
            if client is not None:
                client.close()
            raise IndexCorrupt(f"{str(folder / DATABASE)!r} cannot be searched ({error}). {REBUILD}") from error
        return index

    def close(self) -> None:
        self._client.close()

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        if self._exact is not None:
            return self._exact.nearest(vector, limit)
        wanted = min(limit, len(self._passages))
        # A passage's vectors lie close together, so as many are looked at as that many passages have; a second query
        # costs more than a long first one.
        looked_at = limit * math.ceil(self._vectors / max(len(self._passages), 1))
        while True:
            looked_at = min(looked_at, self._vectors)
            hits = self._nearest(vector, looked_at) if looked_at else ()
            if len(hits) >= wanted or looked_at == self._vectors:
                return hits[:limit]
            looked_at *= 4

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        hits = self._lexical.search(text, limit)
        return tuple(hit for hit in hits if hit.key in self._passages)

    def _nearest(self, vector: Vectors, count: int) -> tuple[Hit, ...]:
        found = self._collection.query(query_embeddings=[vector.tolist()], n_results=count, include=["distances"])
        distances = found["distances"] or [[]]
        hits = group_hits(zip(found["ids"][0], (1 - distance for distance in distances[0]), strict=True))
        return tuple(hit for hit in hits if hit.key in self._passages)

    def _probe(self, expected: int) -> None:
        """Finds one stored vector by itself: count, database and graph must agree."""
        if self._vectors != expected:
            raise ValueError(f"it holds {self._vectors} vectors, not {expected}")
        sample = self._collection.peek(limit=1)
        if expected and sample["embeddings"] is not None:
            vector = np.asarray(sample["embeddings"][0], dtype=np.float32)
            best = self._nearest(vector, 1)
            if not best or best[0].score < float(vector @ vector) - _SAME:
                raise ValueError("a stored vector is not found again")


def open_client(folder: Path) -> Client:
    """Opens the client, which must be closed: Chroma keeps one system a path until then. A server by URL would be
    opened here."""
    path = str(folder / CHROMA)
    return Client(settings=Settings(is_persistent=True, persist_directory=path, anonymized_telemetry=False))


def name_vectors(texts: Sequence[SearchText]) -> list[str]:
    """Makes ids that name the passage and the kind of each vector, so that a search needs no metadata."""
    return [f"{text.key}.{text.kind}.{row}" for row, text in enumerate(texts)]


def group_hits(scored: Iterable[tuple[str, float]]) -> tuple[Hit, ...]:
    """Groups vectors by passage, best first."""
    best: dict[str, float] = {}
    for name, similarity in scored:
        key = name.partition(".")[0]
        best[key] = max(best.get(key, -1.0), similarity)
    return tuple(sorted((Hit(key, score) for key, score in best.items()), key=lambda hit: (-hit.score, hit.key)))
