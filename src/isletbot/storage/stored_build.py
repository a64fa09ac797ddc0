"""This module writes what every index has: vectors in a file and in Chroma, and what is searched beside them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from isletbot.corpus import Corpus
from isletbot.errors import IndexAway, IndexCorrupt
from isletbot.ingestion.index_folder import BUILD, MANIFEST_FILE
from isletbot.ingestion.ingest import answer_texts, passage_texts, search_texts
from isletbot.ingestion.passage_writer import KnownVectors, SearchText
from isletbot.ports import Vectors
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.chroma_passages import ASKS_FILE, BM25, CORPUS_FILE, VECTORS_FILE
from isletbot.storage.corpus_file import open_corpus, write_corpus
from isletbot.storage.passage_vectors import GrowingCollection
from isletbot.storage.stored_vectors import StoredVectors, VectorFile

_log = logging.getLogger(__name__)


class StoredBuild:
    """Goes on with what a killed build left in the folder and in the collection."""

    def __init__(self, folder: Path, corpus: Corpus, collection: GrowingCollection) -> None:
        """Raises whatever is wrong with what is there."""
        self.folder, self.collection = folder, collection
        self.total = sum(1 for _ in search_texts(corpus))
        self._corpus = corpus
        self._file = VectorFile(folder / VECTORS_FILE, self.total)
        self._file.keep(collection.written)
        if collection.written:
            collection.probe()

    @property
    def at_once(self) -> int:
        return self.collection.at_once

    @property
    def written(self) -> int:
        return self.collection.written

    def add(self, texts: Sequence[SearchText], vectors: Vectors) -> None:
        self._file.append(vectors)  # before the collection, whose count says what both hold
        self.collection.add(texts, vectors)

    def finish(self, answers: Vectors) -> tuple[str, ...]:
        self.settle()
        write_corpus(self.folder / CORPUS_FILE, self._corpus)
        shutil.rmtree(self.folder / BM25, ignore_errors=True)  # of a killed build
        Bm25Index.build(self._corpus.passages).save(self.folder / BM25)
        if not self.total:
            self._file.append(np.empty((0, 1), dtype=np.float32))
        np.save(self.folder / ASKS_FILE, answers, allow_pickle=False)
        paths = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        return tuple(name for path in paths if self.lists(name := path.relative_to(self.folder).as_posix()))

    def settle(self) -> None:
        """Waits until all that was added is searched."""
        self.collection.probe()

    def lists(self, name: str) -> bool:
        """Whether a file belongs to the index and stays as it is."""
        return name != MANIFEST_FILE

    def close(self) -> None:
        """Ends what this build alone has opened."""


@contextmanager
def name_damage(folder: Path) -> Iterator[None]:
    """Opens a build in the folder. Raises IndexCorrupt when what a killed one left there is of no use, IndexAway."""
    empty = not any(folder.iterdir())
    try:
        yield
    except Exception as error:  # Chroma's errors have no common base, and the files may be anything
        if empty or isinstance(error, IndexAway):
            raise
        what = f"What a killed build left in {str(folder)!r} cannot be gone on with ({error}), so it is removed."
        raise IndexCorrupt(f"{what} {BUILD}") from error


class KnownTexts:
    """Vectors of every text of an earlier index; none when it cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._stored: tuple[KnownVectors, ...] = ()
        try:
            with open_corpus(folder / CORPUS_FILE) as (corpus, passages):
                asks = StoredVectors(folder / ASKS_FILE, (text.text for text in answer_texts(corpus)))
                said = (text.text for passage in passages for text in passage_texts(passage))
                self._stored = (asks, StoredVectors(folder / VECTORS_FILE, said))
        except Exception as error:  # whatever is wrong with it, the texts can be embedded again
            _log.warning("The vectors of the index of before cannot be taken over (%s).", error)

    def find(self, text: str) -> Vectors | None:
        return next((found for stored in self._stored if (found := stored.find(text)) is not None), None)
