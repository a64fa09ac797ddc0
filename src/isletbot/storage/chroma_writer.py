"""This module writes the index that `chroma_passages.py` opens."""

from __future__ import annotations

from pathlib import Path

from isletbot.corpus import Corpus
from isletbot.ingestion.index_folder import publish_folder
from isletbot.ingestion.ingest import search_texts
from isletbot.storage.chroma_passages import COLLECTION, DATABASE, open_client
from isletbot.storage.passage_vectors import GrowingCollection, open_collection, sync_on_opening
from isletbot.storage.stored_build import KnownTexts, StoredBuild, name_damage

SYNC_AFTER = 20_000
"""Vectors between two writes of the graph, which a killed build has to put into it again: half a minute's work."""


class ChromaWriter:
    def begin(self, folder: Path, corpus: Corpus) -> StoredBuild:
        with name_damage(folder):
            return _FolderBuild(folder, corpus)

    def publish(self, index_dir: Path, folder: Path, version: str) -> None:
        publish_folder(index_dir, folder, version)

    def stored_vectors(self, folder: Path) -> KnownTexts:
        return KnownTexts(folder)


class _FolderBuild(StoredBuild):
    """Keeps the vectors in a Chroma of its own, in the folder."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self._whole = sum(1 for _ in search_texts(corpus))
        self._client = open_client(folder)
        try:
            super().__init__(folder, corpus, self._open_collection())
        except BaseException:
            self._client.close()
            raise

    def settle(self) -> None:
        """Brings the end of the graph to disk, where the folder is sealed with it."""
        if self.total > SYNC_AFTER:
            sync_on_opening(self._client.get_collection(COLLECTION, embedding_function=None))
            self._client.close()
            self._client = open_client(self.folder)
            self.collection = self._open_collection()
        self.collection.probe()

    def lists(self, name: str) -> bool:
        return super().lists(name) and name != DATABASE  # Chroma writes to it when it opens it

    def close(self) -> None:
        self._client.close()

    def _open_collection(self) -> GrowingCollection:
        # Up to so many the graph goes to disk once, whole.
        collection = open_collection(self._client, COLLECTION, min(self._whole, SYNC_AFTER))
        return GrowingCollection(collection, self._client.get_max_batch_size())
