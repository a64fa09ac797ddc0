"""What the line needs from outside, as Protocols. Implementations live in inference/ and storage/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from isletbot.types import Caution, Composer, Corpus, Draft, Evidence, Glossary, Passage, Query, Source

Vectors = NDArray[np.float32]


class Embeddings(Protocol):
    """Text to unit vectors."""

    @property
    def digest(self) -> str:
        """Hash of the weights: vectors of two digests are never mixed."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage as one of the two searches found it."""

    key: str
    score: float
    """Dense: inner product with the best of the passage's vectors, at most 1. Lexical: raw BM25, 0 or more."""


class PassageIndex(Protocol):
    """The approved passages of one index version."""

    @property
    def version(self) -> str: ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """Approved sources only."""
        ...

    @property
    def cautions(self) -> tuple[Caution, ...]: ...

    @property
    def glossary(self) -> Glossary: ...

    def source_text(self, source_id: str) -> str:
        """The digest that quotes are offsets into; empty for a source that is unknown or not approved."""
        ...

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        """Approved passages by key, in that order; unknown or unapproved keys are left out."""
        ...

    def everything(self) -> tuple[Passage, ...]:
        """Every approved passage."""
        ...

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        """Nearest approved passages, best first. `vector` has shape (dimensions,)."""
        ...

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        """Approved passages by BM25, best first; those that share no word are left out."""
        ...


@dataclass(frozen=True, slots=True)
class SearchText:
    """One text that is embedded so that a question finds the passage with this key."""

    key: str
    kind: Literal["statement", "ask", "misread"]
    text: str


class PassageWriter(Protocol):
    """Writes an index into an empty folder, for a PassageIndex to open."""

    def write(self, folder: Path, corpus: Corpus, texts: Sequence[SearchText], vectors: Vectors) -> tuple[str, ...]:
        """`vectors[i]` belongs to `texts[i]`. Returns the files that opening the index will not change."""
        ...

    def stored_vectors(self, folder: Path) -> Mapping[str, Vectors]:
        """Vectors of an earlier index by their text; empty when that index cannot be read."""
        ...


class Clock(Protocol):
    def today(self) -> date: ...


class DraftComposer(Protocol):
    """Writes a draft from the evidence, or declines."""

    @property
    def name(self) -> Composer: ...

    def compose(self, query: Query, evidence: Evidence) -> Draft: ...
