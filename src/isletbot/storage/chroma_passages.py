"""This module opens and searches an index: passages in Chroma, embedded in this process or on a server, with BM25
beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from isletbot.corpus import Corpus
from isletbot.errors import IndexAway, IndexCorrupt
from isletbot.ingestion.index_folder import REBUILD, check_files, open_current
from isletbot.ingestion.ingest import search_texts
from isletbot.ports import Hit, Vectors
from isletbot.storage.answer_search import AnswerSearch
from isletbot.storage.base_index import CorpusHoldings
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.brute_force import ExactSearch
from isletbot.storage.corpus_file import read_corpus
from isletbot.storage.passage_vectors import PassageVectors

COLLECTION = "passages"
CHROMA = "chroma"
DATABASE = f"{CHROMA}/chroma.sqlite3"
BM25 = "bm25"
CORPUS_FILE = "corpus.jsonl"
VECTORS_FILE = "vectors.npy"
"""The file of the texts' own vectors: to search them whole, and so that the next build need not embed them again."""
ASKS_FILE = "asks.npy"
"""The file of vectors of the ways to ask for approved answers."""
EXACT_UP_TO = 20_000
"""Vectors up to which Chroma keeps them but is not asked: with 3,109 a query of its graph takes 1.6 ms, and looking at
every vector 0.1 ms."""
_OPENING = Lock()
"""The lock of opening: two threads that open one path at once get half a client."""


class VectorServer(Protocol):
    """A Chroma server that holds the vectors of the builds."""

    def open_vectors(self, build: str) -> PassageVectors:
        """Raises IndexCorrupt when it holds none of that build, IndexAway when it does not answer."""
        ...


class ChromaPassages(CorpusHoldings):
    """One version of the index, open for reading.

    Only approved passages are in it, so the filter is part of every query by construction. A metadata filter would do
    the same at 1.6 ms a query with 1,000 vectors and 29 ms with 15,000.
    """

    def __init__(
        self, version: str, corpus: Corpus, vectors: PassageVectors, lexical: Bm25Index, answers: AnswerSearch
    ) -> None:
        super().__init__(version, corpus)
        self.answers = answers
        self._vectors = vectors
        self._lexical = lexical
        self._exact: ExactSearch | None = None
        self._close: Callable[[], None] = lambda: None

    @classmethod
    def open(
        cls,
        index_dir: Path,
        weights_digest: str,
        exact_up_to: int = EXACT_UP_TO,
        server: VectorServer | None = None,
    ) -> ChromaPassages:
        """Raises IndexNotReady when there is none for these weights, IndexCorrupt when it is not what was written.

        Up to `exact_up_to` vectors are held in memory and searched whole, and so are the scores of the words. With a
        `server` the vectors are there, and the folder holds the rest.
        """
        folder, manifest = open_current(index_dir, weights_digest)
        check_files(folder, manifest)
        corpus = read_corpus(folder / CORPUS_FILE)
        keys = [passage.key for passage in corpus.passages]
        lexical = Bm25Index.load(folder / BM25, keys, on_disk=manifest.vectors > exact_up_to)
        vectors, close = _open_folder(folder) if server is None else (server.open_vectors(folder.name), lambda: None)
        try:
            vectors.probe(manifest.vectors)
            answers = AnswerSearch(corpus.answers, np.load(folder / ASKS_FILE, allow_pickle=False))
            index = cls(manifest.version, corpus, vectors, lexical, answers)
            if manifest.vectors <= exact_up_to:
                own = np.load(folder / VECTORS_FILE, allow_pickle=False)
                index._exact = ExactSearch(tuple(search_texts(corpus)), own)
        except IndexAway:
            raise
        except Exception as error:  # Chroma's errors have no common base, and the file may be anything
            close()
            raise _corrupt(folder, error, server is None) from error
        index._close = close
        return index

    def close(self) -> None:
        self._close()

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        if self._exact is not None:
            return self._exact.nearest(vector, limit)
        hits = self._vectors.search(vector, limit, len(self._passages))
        return tuple(hit for hit in hits if hit.key in self._passages)

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        hits = self._lexical.search(text, limit)
        return tuple(hit for hit in hits if hit.key in self._passages)


def open_client(folder: Path) -> Client:
    """Opens the client, which must be closed: Chroma keeps one system a path until then."""
    path = str(folder / CHROMA)
    return Client(settings=Settings(is_persistent=True, persist_directory=path, anonymized_telemetry=False))


def _open_folder(folder: Path) -> tuple[PassageVectors, Callable[[], None]]:
    if not (folder / DATABASE).is_file():  # Chroma would make an empty one
        raise IndexCorrupt(f"{str(folder / DATABASE)!r} is missing. {REBUILD}")
    client = None
    try:
        with _OPENING:
            client = open_client(folder)
            return PassageVectors(client.get_collection(COLLECTION, embedding_function=None)), client.close
    except Exception as error:
        if client is not None:
            client.close()
        raise _corrupt(folder, error, True) from error


def _corrupt(folder: Path, error: Exception, embedded: bool) -> IndexCorrupt:
    if embedded:
        return IndexCorrupt(f"{str(folder / DATABASE)!r} cannot be searched ({error}). {REBUILD}")
    return IndexCorrupt(f"The build {folder.name!r} on the Chroma server cannot be searched ({error}). {REBUILD}")
