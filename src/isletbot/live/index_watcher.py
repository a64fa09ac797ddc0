"""Watches for a newly built index and withdrawn sources, and holds the index that serves now."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Protocol

from isletbot.answering.line import Line
from isletbot.corpus import Caution, Glossary
from isletbot.curation.sources import SourceReview, Sources
from isletbot.errors import IsletbotError
from isletbot.ports import ApprovedAnswers, Hit, PassageIndex, Vectors
from isletbot.storage.source_withdrawal import GroundedAnswers, exclude_sources
from isletbot.types import ApprovedAnswer, Gap, NearAnswer, Passage, Source

_log = logging.getLogger(__name__)
_REFRESH_SECONDS = 1.0
_AGAIN_SECONDS = 30.0
"""Until an index that failed to open is tried again."""


class AnsweringIndex(PassageIndex, Protocol):
    """An index with the approved answers that were built into it."""

    @property
    def answers(self) -> ApprovedAnswers: ...

    @property
    def coverage(self) -> Mapping[str, tuple[str, ...]]: ...


class IndexWatcher:
    """Holds the index that serves now. Checks on use, at most once a second, for withdrawn sources and a newly built
    index."""

    def __init__(
        self,
        whole: AnsweringIndex,
        sources: Sources,
        placed: Callable[[], Path | None],
        reopen: Callable[[], AnsweringIndex],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`whole` must be the index of the folder that `placed` returns."""
        self.whole: AnsweringIndex = whole
        self._sources, self._placed, self._reopen, self._clock = sources, placed, reopen, clock
        self._folder = placed()
        self._withdrawn: frozenset[str] = frozenset()
        self._reviews: Mapping[str, SourceReview] = {}
        self._index: PassageIndex = whole
        self._refreshed_at = float("-inf")
        self._again_at = 0.0
        self._lock = Lock()
        self.refresh()

    @property
    def index(self) -> PassageIndex:
        """A fixed index; a later change appears as another object."""
        if self._clock() - self._refreshed_at > _REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._index

    def refresh(self) -> None:
        """Checks now; waits for a check that another thread has begun."""
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        """Keeps the current state when the records cannot be read or the new index cannot be opened."""
        withdrawn, reviews, whole = self._withdrawn, self._reviews, self.whole
        try:
            decisions = self._sources.list_decisions()
            reviews = self._sources.list_reviews()
            withdrawn = frozenset(name for name, decision in decisions.items() if decision.state == "withdrawn")
        except IsletbotError as error:
            _log.error("which sources are withdrawn cannot be read: %s", error)
        try:
            folder = self._placed()
            if folder != self._folder and self._clock() >= self._again_at:
                self._again_at = self._clock() + _AGAIN_SECONDS
                whole, self._folder, self._again_at = self._reopen(), folder, 0.0
        except IsletbotError as error:
            _log.error("the new index cannot be opened, the one before goes on serving: %s", error)
        if (withdrawn, reviews) != (self._withdrawn, self._reviews) or whole is not self.whole:
            self._index, self.whole = exclude_sources(whole, withdrawn, reviews), whole
            self._withdrawn, self._reviews = withdrawn, reviews
            _log.info("index %s serves now", self._index.version)
        self._refreshed_at = self._clock()


class LiveIndex:
    """Passes every call on to the index that serves now, for holders that outlive one."""

    def __init__(self, watcher: IndexWatcher) -> None:
        self._watcher = watcher

    @property
    def version(self) -> str:
        return self._watcher.index.version

    @property
    def sources(self) -> tuple[Source, ...]:
        return self._watcher.index.sources

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self._watcher.index.cautions

    @property
    def glossary(self) -> Glossary:
        return self._watcher.index.glossary

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return self._watcher.index.gaps

    def source_text(self, source_id: str) -> str:
        return self._watcher.index.source_text(source_id)

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return self._watcher.index.passages(keys)

    def everything(self) -> tuple[Passage, ...]:
        return self._watcher.index.everything()

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        return self._watcher.index.search_dense(vector, limit)

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._watcher.index.search_lexical(text, limit)


class CurrentAnswers:
    """The approved answers of the index that serves now, without those that quote a withdrawn source."""

    def __init__(self, watcher: IndexWatcher) -> None:
        self._watcher = watcher

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return self._now().answers

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        return self._now().nearest(vector, limit, today)

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        return self._now().find_listed(text, today)

    def _now(self) -> ApprovedAnswers:
        index, whole = self._watcher.index, self._watcher.whole
        return whole.answers if index is whole else GroundedAnswers(whole.answers, index)


def follow(line: Line, watcher: IndexWatcher) -> Line:
    """Returns the pipeline with an index and answers that always read what serves now."""
    return replace(line, index=LiveIndex(watcher), answers=CurrentAnswers(watcher))
