"""This module follows the index that a Chroma server holds for every replica, by a copy of its files here."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from secrets import token_hex

from filelock import FileLock

from isletbot.corpus import Corpus
from isletbot.errors import IndexCorrupt
from isletbot.ingestion.index_folder import (
    BUILDING,
    CURRENT_FILE,
    check_files,
    current_folder,
    publish_folder,
    read_manifest,
    seal_folder,
)
from isletbot.ingestion.ingest import search_texts
from isletbot.storage.chroma_passages import BM25, EXACT_UP_TO, VECTORS_FILE, ChromaPassages
from isletbot.storage.published_index import PublishedBuild, PublishedIndex
from isletbot.storage.stored_build import KnownTexts, StoredBuild, name_damage

_BUILD_FILE = "server-build"
"""The name of the build on the server, in the folder of a build under way."""


class IndexMirror:
    """A folder like that of an index of this machine; a version's folder is named after its build on the server."""

    def __init__(self, index_dir: Path, published: PublishedIndex, weights_digest: str) -> None:
        self._index_dir, self._published, self._weights = index_dir, published, weights_digest
        self._checked: Path | None = None

    def find_folder(self) -> Path | None:
        """The folder of the build that served when `follow` looked last. Asks nobody."""
        return self._checked

    def follow(self) -> PublishedBuild | None:
        """Looks which build serves, and copies its files when they are not here. Raises IndexCorrupt, IndexAway."""
        build = self._published.current()
        if build is not None and self._checked != self._index_dir / build.name:
            self._index_dir.mkdir(parents=True, exist_ok=True)
            with FileLock(self._index_dir / ".lock"):
                if not self._holds(build):
                    self._fetch(build)
            self._checked = self._index_dir / build.name
        return build

    def sync(self) -> None:
        """Follows before a build: what the server does not hold is not here either. Raises IndexCorrupt, IndexAway."""
        if self.follow() is None:
            (self._index_dir / CURRENT_FILE).unlink(missing_ok=True)

    def open(self, exact_up_to: int) -> ChromaPassages:
        self._checked = current_folder(self._index_dir)
        return ChromaPassages.open(self._index_dir, self._weights, exact_up_to, self._published)

    def _holds(self, build: PublishedBuild) -> bool:
        try:
            folder = current_folder(self._index_dir)
            if folder is None or folder.name != build.name or read_manifest(folder) != build.manifest:
                return False
            check_files(folder, build.manifest)
        except IndexCorrupt:
            return False
        return True

    def _fetch(self, build: PublishedBuild) -> None:
        shutil.rmtree(self._index_dir / build.name, ignore_errors=True)  # damaged
        copying = Path(tempfile.mkdtemp(prefix=BUILDING, dir=self._index_dir))
        copying.chmod(0o755)  # whoever serves need not be who copied
        try:
            (copying / BM25).mkdir()  # empty, and of no file, when no passage holds a word
            self._published.fetch_files(build, copying)
            try:
                check_files(copying, build.manifest)
            except IndexCorrupt as error:
                raise IndexCorrupt(f"The copy of the build {build.name!r} on the Chroma server: {error}") from error
            seal_folder(copying, build.manifest)
            publish_folder(self._index_dir, copying, build.name)
        finally:
            shutil.rmtree(copying, ignore_errors=True)


class ServerWriter:
    """Writes an index to a Chroma server, and the mirror's copy of its files on the way."""

    def __init__(self, published: PublishedIndex, exact_up_to: int = EXACT_UP_TO) -> None:
        self._published, self._exact_up_to = published, exact_up_to

    def begin(self, folder: Path, corpus: Corpus) -> StoredBuild:
        with name_damage(folder):
            return _ServerBuild(folder, corpus, self._published, self._exact_up_to)

    def publish(self, index_dir: Path, folder: Path, version: str) -> None:
        build = PublishedBuild((folder / _BUILD_FILE).read_text("ascii"), read_manifest(folder))
        self._published.write_files(build, folder)
        self._published.switch(build)
        publish_folder(index_dir, folder, build.name)

    def stored_vectors(self, folder: Path) -> KnownTexts:
        return KnownTexts(folder)


class _ServerBuild(StoredBuild):
    """Keeps the vectors on the server, under a name that the folder remembers when the builder is killed."""

    def __init__(self, folder: Path, corpus: Corpus, published: PublishedIndex, exact_up_to: int) -> None:
        remembered = folder / _BUILD_FILE
        if not remembered.is_file():
            remembered.write_text(token_hex(8), "ascii")
        vectors = sum(1 for _ in search_texts(corpus))
        super().__init__(folder, corpus, published.grow_vectors(remembered.read_text("ascii"), vectors))
        # Above it no replica searches the copy of the vectors, which stays here for the next build.
        self._unlisted = {_BUILD_FILE, *((VECTORS_FILE,) if vectors > exact_up_to else ())}

    def lists(self, name: str) -> bool:
        return super().lists(name) and name not in self._unlisted
