"""This module writes the index that `chroma_passages.py` opens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from isletbot.corpus import Corpus
from isletbot.ingestion.index_folder import publish_folder
from isletbot.ingestion.ingest import answer_texts, search_texts
from isletbot.ports import Vectors
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.chroma_passages import (
    ASKS_FILE,
    BM25,
    COLLECTION,
    CORPUS_FILE,
    DATABASE,
    VECTORS_FILE,
    open_client,
)
from isletbot.storage.corpus_file import read_corpus, write_corpus
from isletbot.storage.passage_vectors import write_passages


class ChromaWriter:
    def write(self, folder: Path, corpus: Corpus, passages: Vectors, answers: Vectors) -> tuple[str, ...]:
        write_files(folder, corpus, passages, answers)
        client = open_client(folder)
        try:
            write_passages(client, COLLECTION, corpus, passages)
        finally:
            client.close()
        return tuple(name for name in list_files(folder) if name != DATABASE)  # Chroma writes to it when it opens it

    def publish(self, index_dir: Path, folder: Path, version: str) -> None:
        publish_folder(index_dir, folder, version)

    def stored_vectors(self, folder: Path) -> Mapping[str, Vectors]:
        return read_vectors(folder)


def write_files(folder: Path, corpus: Corpus, passages: Vectors, answers: Vectors) -> None:
    """Writes everything of an index but what Chroma keeps."""
    write_corpus(folder / CORPUS_FILE, corpus)
    Bm25Index.build(corpus.passages).save(folder / BM25)
    np.save(folder / VECTORS_FILE, passages, allow_pickle=False)
    np.save(folder / ASKS_FILE, answers, allow_pickle=False)


def list_files(folder: Path) -> tuple[str, ...]:
    return tuple(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())


def read_vectors(folder: Path) -> Mapping[str, Vectors]:
    """Reads the vectors of `write_files` by their text; none when they cannot be read."""
    try:
        corpus = read_corpus(folder / CORPUS_FILE)
        kept = ((search_texts(corpus), VECTORS_FILE), (answer_texts(corpus), ASKS_FILE))
        return {
            text.text: vector
            for texts, name in kept
            for text, vector in zip(texts, np.load(folder / name, allow_pickle=False), strict=True)
        }
    except Exception:  # whatever is wrong with it, the texts can be embedded again
        return {}
