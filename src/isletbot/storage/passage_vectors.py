"""This module keeps the vectors of passages in one collection of Chroma, embedded or on a server, and searches them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import numpy as np

from isletbot.ingestion.blend import blend_vectors
from isletbot.ingestion.passage_writer import SearchText
from isletbot.ports import Hit, Vectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection

_GRAPH: CreateHNSWConfiguration = {"space": "ip", "ef_construction": 200, "max_neighbors": 32, "ef_search": 400}
"""Finds each of the ten nearest of 10,000 passages of `benchmarks/scale.py`; Chroma's own 16 and 100 find 96.7 %."""
_LEAST_SYNC = 3
_AT_ONCE = 2_000
"""Vectors in one write: 4 MB on the wire, of the 40 MB that a Chroma server takes."""
_SAME = 1e-3
"""The largest distance from 1 of the cosine of a vector that is found again."""


class PassageVectors:
    def __init__(
        self, collection: Collection, call: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        """`call` is entered around every request and names its errors."""
        self._collection, self._call = collection, call
        with call():
            self._count = collection.count()

    def search(self, vector: Vectors, limit: int, passages: int) -> tuple[Hit, ...]:
        """Returns the nearest of so many passages, best first."""
        # A passage's vectors lie close together, so as many are looked at as that many passages have; a second query
        # costs more than a long first one.
        looked_at = limit * math.ceil(self._count / max(passages, 1))
        while True:
            looked_at = min(looked_at, self._count)
            hits = self._nearest(vector, looked_at) if looked_at else ()
            if len(hits) >= min(limit, passages) or looked_at == self._count:
                return hits[:limit]
            looked_at *= 4

    def probe(self, expected: int) -> None:
        """Finds one stored vector by itself: count, database and graph must agree. Raises ValueError."""
        if self._count != expected:
            raise ValueError(f"it holds {self._count} vectors, not {expected}")
        with self._call():
            sample = self._collection.peek(limit=1)
        if expected and sample["embeddings"] is not None:
            vector = np.asarray(sample["embeddings"][0], dtype=np.float32)
            best = self._nearest(vector, 1)
            if not best or best[0].score < float(vector @ vector) - _SAME:
                raise ValueError("a stored vector is not found again")

    def _nearest(self, vector: Vectors, count: int) -> tuple[Hit, ...]:
        with self._call():
            found = self._collection.query(query_embeddings=[vector.tolist()], n_results=count, include=["distances"])
        distances = found["distances"] or [[]]
        return group_hits(zip(found["ids"][0], (1 - distance for distance in distances[0]), strict=True))


class GrowingCollection:
    """The vectors of a build under way, of which a killed build may have left some."""

    def __init__(
        self, collection: Collection, at_once: int, call: Callable[[], AbstractContextManager[object]] = nullcontext
    ) -> None:
        self.at_once = min(_AT_ONCE, at_once)
        self._collection, self._call = collection, call
        with call():
            self.written = collection.count()

    def add(self, texts: Sequence[SearchText], vectors: Vectors) -> None:
        """`vectors[i]` is the unit vector of `texts[i]`; what is stored is blended. Chroma writes a batch whole or not
        at all."""
        names = [f"{text.key}.{text.kind}.{row}" for row, text in enumerate(texts, self.written)]
        with self._call():
            self._collection.add(ids=names, embeddings=blend_vectors(texts, vectors))
        self.written += len(texts)

    def probe(self) -> None:
        """Raises ValueError when it cannot be searched, and waits until it can."""
        PassageVectors(self._collection, self._call).probe(self.written)


def open_collection(
    client: ClientAPI, name: str, sync_after: int, facts: Mapping[str, int] | None = None
) -> Collection:
    """Makes the collection, or finds what a killed build left of it. Its graph goes to disk each time so many vectors
    were added to it; what was added since is in a log, which opening replays."""
    after = max(sync_after, _LEAST_SYNC)
    return client.get_or_create_collection(
        name,
        metadata=dict(facts) if facts else None,
        configuration={"hnsw": {**_GRAPH, "sync_threshold": after, "batch_size": after}},
        embedding_function=None,
    )


def sync_on_opening(collection: Collection) -> None:
    """From the next opening on, what the log holds goes to disk with the graph."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # Chroma warns of what it writes for "no embedding function"
        collection.modify(configuration={"hnsw": {"sync_threshold": _LEAST_SYNC}})


def group_hits(scored: Iterable[tuple[str, float]]) -> tuple[Hit, ...]:
    """Groups vectors by passage, best first. The id of a vector names its passage and kind, so that a search needs no
    metadata."""
    best: dict[str, float] = {}
    for name, similarity in scored:
        key = name.partition(".")[0]
        best[key] = max(best.get(key, -1.0), similarity)
    return tuple(sorted((Hit(key, score) for key, score in best.items()), key=lambda hit: (-hit.score, hit.key)))
