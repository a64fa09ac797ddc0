"""What ingestion needs of a store, as Protocols. Implementations live in storage/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from isletbot.corpus import Corpus
from isletbot.ports import Vectors


@dataclass(frozen=True, slots=True)
class SearchText:
    """One text that is embedded so that a question finds the passage with this key."""

    key: str
    kind: Literal["statement", "ask", "misread"]
    text: str


class KnownVectors(Protocol):
    """Vectors of an earlier index, by their text."""

    def find(self, text: str) -> Vectors | None: ...


class IndexBuild(Protocol):
    """An index under way. What a kill leaves of it is there for the next build of the same version."""

    @property
    def at_once(self) -> int:
        """Vectors that one batch may have."""
        ...

    @property
    def written(self) -> int:
        """How many vectors of passages are there already, in the order of `search_texts`."""
        ...

    def add(self, texts: Sequence[SearchText], vectors: Vectors) -> None:
        """Writes the next batch, whole or not at all. A batch holds all texts of each of its passages."""
        ...

    def finish(self, answers: Vectors) -> tuple[str, ...]:
        """Writes everything else, and takes vectors in the order of `answer_texts`. Returns files that opening never
        changes."""
        ...

    def close(self) -> None: ...


class PassageWriter(Protocol):
    """Writes an index into a folder, for a PassageIndex to open."""

    def begin(self, folder: Path, corpus: Corpus) -> IndexBuild:
        """Goes on with what a killed builder of the same version left in the folder. Raises IndexCorrupt when that is
        of no use."""
        ...

    def publish(self, index_dir: Path, folder: Path, version: str) -> None:
        """Makes a folder of `begin`, sealed since, the index that serves; a kill leaves the one before or this one."""
        ...

    def stored_vectors(self, folder: Path) -> KnownVectors:
        """Vectors of an earlier index; none when that index cannot be read."""
        ...
