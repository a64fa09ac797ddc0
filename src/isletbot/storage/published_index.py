"""This module keeps whole builds of the index on a Chroma server, so that replicas share nothing else.

    isletbot-<format>-<weights>                    its metadata name the build that serves, in one write
    isletbot-<format>-<weights>-<build>-passages   the vectors that are searched
    isletbot-<format>-<weights>-<build>-files      every other file of the build, in pieces, in metadata

The format of the index and the weights are part of the names: programs of two versions side by side see each their own.
"""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from chromadb.errors import NotFoundError

from isletbot.errors import IndexCorrupt
from isletbot.ingestion.index_folder import INDEX_FORMAT, REBUILD, Manifest
from isletbot.storage.chroma_server import ChromaServer
from isletbot.storage.passage_vectors import GrowingCollection, PassageVectors, open_collection

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_PIECE = 1024 * 1024
_AT_ONCE = 8
"""Pieces in one reply."""
_PAGE = 100
_NOWHERE = np.zeros((1, 1), dtype=np.float32)
"""The vector of a piece: Chroma takes nothing without one."""
_FORGOTTEN_SECONDS = 24 * 3600
"""The age from which collections that no build names are those of a killed builder."""


@dataclass(frozen=True, slots=True)
class PublishedBuild:
    name: str
    manifest: Manifest
    before: str = ""
    """The name of the build that served before it; empty for the first."""


class PublishedIndex:
    def __init__(self, server: ChromaServer, weights_digest: str) -> None:
        self.server = server
        self._root = f"isletbot-{INDEX_FORMAT}-{sha256(weights_digest.encode()).hexdigest()[:8]}"

    def current(self) -> PublishedBuild | None:
        """The build that serves, None before the first. Raises IndexCorrupt, IndexAway."""
        with self.server.call() as client:
            try:
                stored = client.get_collection(self._root, embedding_function=None).metadata or {}
            except NotFoundError:
                return None
        try:
            manifest = Manifest(**json.loads(str(stored["manifest"])))
            return PublishedBuild(str(stored["build"]), manifest, str(stored["before"]))
        except (KeyError, ValueError, TypeError) as error:
            raise self._corrupt(self._root, f"names no build of ours ({type(error).__name__}: {error})") from error

    def open_vectors(self, build: str) -> PassageVectors:
        name = self._name(build, "passages")
        return PassageVectors(self._find(name), partial(self._call, name))

    def grow_vectors(self, build: str, total: int) -> GrowingCollection:
        """Opens the vectors of a build under way, of which there will be so many."""
        name = self._name(build, "passages")
        with self._call(name) as client:
            begun = {"begun": int(time.time())}
            collection = open_collection(client, name, total, begun)  # the server's memory is not ours to save
            collection.modify(metadata=begun)
            return GrowingCollection(collection, client.get_max_batch_size(), partial(self._call, name))

    def write_files(self, build: PublishedBuild, folder: Path) -> None:
        name = self._name(build.name, "files")
        with self._call(name) as client:
            with suppress(NotFoundError):  # of a build that was killed here
                client.delete_collection(name)
            collection = client.create_collection(name, metadata={"begun": int(time.time())}, embedding_function=None)
            for number, (file, data) in enumerate(_cut_files(folder, build.manifest.files)):
                text = base64.b64encode(zlib.compress(data, 1)).decode("ascii")
                # As metadata: a document would be cut into trigrams for a search of texts that nobody makes.
                piece: Mapping[str, str] = {"file": file, "data": text}
                collection.add(ids=[_piece_id(number)], embeddings=_NOWHERE, metadatas=[piece])

    def fetch_files(self, build: PublishedBuild, folder: Path) -> None:
        """Writes the files of a build into an empty folder. The caller compares them with the manifest."""
        name = self._name(build.name, "files")
        collection = self._find(name)
        with self._call(name):
            pieces = collection.count()
        for start in range(0, pieces, _AT_ONCE):
            ids = [_piece_id(number) for number in range(start, min(start + _AT_ONCE, pieces))]
            with self._call(name):
                found = collection.get(ids=ids, include=["metadatas"])
            stored = dict(zip(found["ids"], found["metadatas"] or (), strict=True))
            try:
                for one in ids:
                    _append_piece(folder, build.manifest.files, stored[one])
            except (KeyError, ValueError, TypeError, zlib.error) as error:
                raise self._corrupt(name, f"holds a piece that is none of ours ({error!r})") from error

    def switch(self, build: PublishedBuild) -> None:
        """Makes a build that is written the one that serves, in one write for all replicas. Keeps the one before for
        those that have not followed yet, and removes older ones."""
        try:
            last = self.current()
        except IndexCorrupt:
            last = None
        before = last.name if last else ""
        facts = {"build": build.name, "before": before, "manifest": json.dumps(asdict(build.manifest))}
        with self._call(self._root) as client:
            client.get_or_create_collection(self._root, embedding_function=None).modify(metadata=facts)
            self._sweep(client, {build.name, before}, last.before if last else "")

    def _sweep(self, client: ClientAPI, kept: set[str], gone: str) -> None:
        """Removes the build `gone`, and what killed builders left long ago."""
        old = time.time() - _FORGOTTEN_SECONDS
        for collection in list(_list_collections(client)):
            root, _, rest = collection.name.partition(f"{self._root}-")
            build = rest.rpartition("-")[0]
            if root or not build or build in kept:
                continue
            begun = (collection.metadata or {}).get("begun")
            if build == gone or (isinstance(begun, int) and begun < old):
                with suppress(NotFoundError):  # another builder was faster
                    client.delete_collection(collection.name)

    def _name(self, build: str, part: str) -> str:
        return f"{self._root}-{build}-{part}"

    def _find(self, name: str) -> Collection:
        with self._call(name) as client:
            return client.get_collection(name, embedding_function=None)

    @contextmanager
    def _call(self, name: str) -> Iterator[ClientAPI]:
        """Calls the server for one collection. Raises IndexCorrupt when it is missing, IndexAway."""
        try:
            with self.server.call() as client:
                yield client
        except NotFoundError as error:
            raise self._corrupt(name, "is missing") from error

    def _corrupt(self, name: str, what: str) -> IndexCorrupt:
        return IndexCorrupt(f"The collection {name!r} at {self.server.address.url} {what}. {REBUILD}")


def _piece_id(number: int) -> str:
    return f"{number:08d}"


def _list_collections(client: ClientAPI) -> Iterator[Collection]:
    found = 0
    while page := client.list_collections(limit=_PAGE, offset=found):
        yield from page
        found += len(page)


def _cut_files(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """An empty file is one empty piece."""
    for name in names:
        with (folder / name).open("rb") as file:
            data = file.read(_PIECE)
            yield name, data
            while data := file.read(_PIECE):
                yield name, data


def _append_piece(folder: Path, names: Iterable[str], piece: Mapping[str, object]) -> None:
    """Raises ValueError for a file that the manifest does not list: its name may lead anywhere."""
    name = str(piece["file"])
    if name not in names:
        raise ValueError(f"the manifest lists no file {name!r}")
    data = zlib.decompress(base64.b64decode(str(piece["data"]), validate=True))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(data)
