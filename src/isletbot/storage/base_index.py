"""Every passage index shares this part: the approved part of a corpus without its searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from isletbot.corpus import Caution, Corpus, Glossary
from isletbot.types import Gap, Passage, Source


class CorpusHoldings:
    """Leaves out what is not approved, even when an index was written with it."""

    def __init__(self, version: str, corpus: Corpus) -> None:
        self._version = version
        self._sources = {source.id: source for source in corpus.sources if source.status == "approved"}
        self._passages = {passage.key: passage for passage in corpus.passages if passage.source.id in self._sources}
        self._cautions = corpus.cautions
        self._glossary = corpus.glossary
        self._gaps = corpus.gaps
        self._texts = corpus.texts
        self._coverage = corpus.coverage

    @property
    def version(self) -> str:
        return self._version

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._sources.values())

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self._cautions

    @property
    def glossary(self) -> Glossary:
        return self._glossary

    @property
    def coverage(self) -> Mapping[str, tuple[str, ...]]:
        """The statements that hold each fact; empty where nobody listed the facts."""
        return self._coverage

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self._gaps

    def source_text(self, source_id: str) -> str:
        return self._texts.get(source_id, "") if source_id in self._sources else ""

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self._passages[key] for key in keys if key in self._passages)

    def everything(self) -> tuple[Passage, ...]:
        return tuple(self._passages.values())
