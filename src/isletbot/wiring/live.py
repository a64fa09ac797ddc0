"""Keeps a running bot on the latest index, without the sources that staff withdrew."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Protocol

from isletbot.answering.graph import Bot, Line
from isletbot.corpus import Caution, Glossary
from isletbot.curation.sources import Sources
from isletbot.errors import IsletbotError
from isletbot.ingestion.index_folder import current_folder
from isletbot.ports import ApprovedAnswers, Hit, Listener, PassageIndex, Vectors
from isletbot.settings import Settings
from isletbot.storage.passages import ChromaPassages
from isletbot.storage.withdrawal import SoundAnswers, leave_out
from isletbot.types import Answer, ApprovedAnswer, NearAnswer, Passage, Source, Turn
from isletbot.wiring.composers import RebuildLine

_log = logging.getLogger(__name__)
_REFRESH_SECONDS = 1.0
_AGAIN_SECONDS = 30.0
"""Until an index that failed to open is tried again."""


class AnsweringIndex(PassageIndex, Protocol):
    """An index with the approved answers that were built into it."""

    @property
    def answers(self) -> ApprovedAnswers: ...


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
        withdrawn, whole = self._withdrawn, self.whole
        try:
            decisions = self._sources.list_decisions()
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
        if withdrawn != self._withdrawn or whole is not self.whole:
            self._index, self._withdrawn, self.whole = leave_out(whole, withdrawn), withdrawn, whole
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
        return whole.answers if index is whole else SoundAnswers(whole.answers, index)


class LiveBot:
    """Builds a new pipeline when the index changes and switches to it. A question under way ends on the pipeline it
    began on."""

    def __init__(self, line: Line, watcher: IndexWatcher, rebuild_line: RebuildLine) -> None:
        self.watcher = watcher
        self._line, self._rebuild = line, rebuild_line
        self._bot = Bot(rebuild_line(line, watcher.index))
        self._lock = Lock()

    @property
    def line(self) -> Line:
        return self._now().line

    def ask(self, text: str, history: Sequence[Turn] = (), listener: Listener | None = None) -> Answer:
        return self._now().ask(text, history, listener)

    def _now(self) -> Bot:
        if self.watcher.index is not self._bot.line.index:
            with self._lock:
                index = self.watcher.index
                if index is not self._bot.line.index:
                    self._bot = Bot(self._rebuild(self._line, index))
        return self._bot


def open_index_watcher(line: Line, settings: Settings, sources: Sources) -> IndexWatcher:
    """`line` must be on the whole index, as it was opened."""
    assert isinstance(line.index, ChromaPassages)

    def reopen() -> AnsweringIndex:
        return ChromaPassages.open(settings.index_dir, line.embeddings.digest)

    return IndexWatcher(line.index, sources, lambda: current_folder(settings.index_dir), reopen)


def follow(line: Line, watcher: IndexWatcher) -> Line:
    """Returns the pipeline with an index and answers that always read what serves now."""
    return replace(line, index=LiveIndex(watcher), answers=CurrentAnswers(watcher))
