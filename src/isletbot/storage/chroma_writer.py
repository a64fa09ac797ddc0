"""This module writes the index that `chroma_passages.py` opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from isletbot.corpus import Corpus
from isletbot.ingestion.blend import blend_vectors
from isletbot.ingestion.ingest import answer_texts, search_texts
from isletbot.ports import SearchText, Vectors
from isletbot.storage.bm25 import Bm25Index
from isletbot.storage.chroma_passages import (
    ASKS_FILE,
    BM25,
    COLLECTION,
    CORPUS_FILE,
    DATABASE,
    VECTORS_FILE,
    name_vectors,
    open_client,
)
from isletbot.storage.corpus_file import read_corpus, write_corpus

_LEAST_SYNC = 3


class ChromaWriter:
    def write(self, folder: Path, corpus: Corpus, passages: Vectors, answers: Vectors) -> tuple[str, ...]:
        write_corpus(folder / CORPUS_FILE, corpus)
        Bm25Index.build(corpus.passages).save(folder / BM25)
        np.save(folder / VECTORS_FILE, passages, allow_pickle=False)
        np.save(folder / ASKS_FILE, answers, allow_pickle=False)
        texts = search_texts(corpus)
        _write_vectors(folder, corpus, texts, blend_vectors(texts, passages))
        names = (str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())
        return tuple(name for name in names if name != DATABASE)  # Chroma writes to its database when it opens it

    def stored_vectors(self, folder: Path) -> Mapping[str, Vectors]:
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


def _write_vectors(folder: Path, corpus: Corpus, texts: Sequence[SearchText], vectors: Vectors) -> None:
    sources = {passage.key: passage.source.id for passage in corpus.passages}
    whole = max(len(texts), _LEAST_SYNC)  # the graph goes to disk once, whole, not in the log that opening replays
    client = open_client(folder)
    try:
        collection = client.create_collection(
            COLLECTION,
            configuration={
                "hnsw": {"space": "ip", "ef_construction": 200, "sync_threshold": whole, "batch_size": whole}
            },
            embedding_function=None,
        )
        names = name_vectors(texts)
        at_once = client.get_max_batch_size()
        for start in range(0, len(texts), at_once):
            end = start + at_once
            collection.add(
                ids=names[start:end],
                embeddings=vectors[start:end],
                metadatas=[
                    {"key": text.key, "kind": text.kind, "source_id": sources[text.key]} for text in texts[start:end]
                ],
            )
    finally:
        client.close()
