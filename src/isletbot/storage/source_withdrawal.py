"""This module leaves the sources that staff withdrew out of an index, and dates those that staff reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import date

from isletbot.corpus import Caution, Glossary
from isletbot.curation.sources import SourceReview, find_review_due
from isletbot.ports import ApprovedAnswers, Hit, PassageIndex, Vectors
from isletbot.types import ApprovedAnswer, Gap, NearAnswer, Passage, Source

_ALL = 1_000_000


class IndexWithoutSources:
    """Leaves out of every search what rests on a withdrawn source: its own statements, and other statements that only
    its correction allows. A source that was found to be right still has the day of its next review."""

    def __init__(self, index: PassageIndex, withdrawn: Set[str], dues: Mapping[str, date]) -> None:
        self._index = index
        self._withdrawn, self._dues = withdrawn, dues
        kept = filter_passages(index.everything(), withdrawn)
        self._kept = {passage.key: self._date_passage(passage) for passage in kept}
        self._fewer = len(index.everything()) - len(self._kept)

    @property
    def version(self) -> str:
        without = f" without {', '.join(sorted(self._withdrawn))}" if self._withdrawn else ""
        return f"{self._index.version}{without}"

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._date(source) for source in self._index.sources if source.id not in self._withdrawn)

    def _date(self, source: Source) -> Source:
        due = self._dues.get(source.id)
        return replace(source, review_due=due) if due else source

    def _date_passage(self, passage: Passage) -> Passage:
        source = self._date(passage.source)
        return passage if source is passage.source else replace(passage, source=source)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self._index.cautions

    @property
    def glossary(self) -> Glossary:
        return self._index.glossary

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self._index.gaps

    def source_text(self, source_id: str) -> str:
        return "" if source_id in self._withdrawn else self._index.source_text(source_id)

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return tuple(self._kept[key] for key in keys if key in self._kept)

    def everything(self) -> tuple[Passage, ...]:
        return tuple(self._kept.values())

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        return self._filter(self._index.search_dense(vector, limit + self._fewer), limit)

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._filter(self._index.search_lexical(text, limit + self._fewer), limit)

    def _filter(self, hits: Sequence[Hit], limit: int) -> tuple[Hit, ...]:
        return tuple(hit for hit in hits if hit.key in self._kept)[:limit]


class GroundedAnswers:
    """Serves only approved answers whose every quote still stands in the index."""

    def __init__(self, answers: ApprovedAnswers, index: PassageIndex) -> None:
        self._answers, self._index = answers, index

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return tuple(answer for answer in self._answers.answers if self._stands(answer))

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        near = self._answers.nearest(vector, _ALL, today)
        return tuple(found for found in near if self._stands(found.answer))[:limit]

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        answer = self._answers.find_listed(text, today)
        return answer if answer and self._stands(answer) else None

    def _stands(self, answer: ApprovedAnswer) -> bool:
        keys = {quote.key for sentence in answer.wordings for quote in sentence.quotes}
        return len(self._index.passages(tuple(keys))) == len(keys)


def filter_passages(passages: Sequence[Passage], withdrawn: Set[str]) -> tuple[Passage, ...]:
    """Returns the passages that may still be said: none of a withdrawn source, and none that lost its last
    correction."""
    kept = [passage for passage in passages if passage.source.id not in withdrawn]
    while True:
        keys = {passage.key for passage in kept}
        sound = [passage for passage in kept if not passage.corrected_by or keys.intersection(passage.corrected_by)]
        if len(sound) == len(kept):
            return tuple(sound)
        kept = sound


def exclude_sources(
    index: PassageIndex, withdrawn: Set[str], reviews: Mapping[str, SourceReview] | None = None
) -> PassageIndex:
    """Returns the index without the withdrawn sources and with the days of the reviews, or the index itself when it
    holds none of them."""
    held = withdrawn & {source.id for source in index.sources}
    due = {source.id: find_review_due(source, reviews or {}) for source in index.sources}
    later = {source.id: due[source.id] for source in index.sources if due[source.id] != source.review_due}
    return IndexWithoutSources(index, held, later) if held or later else index
