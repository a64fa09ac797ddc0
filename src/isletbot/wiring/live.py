"""The line as it stands now: without the sources that staff withdrew, on the index that was built last."""

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
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.source_withdrawal import GroundedAnswers, exclude_sources
from isletbot.types import Answer, ApprovedAnswer, NearAnswer, Passage, Source, Turn
from isletbot.wiring.composers import Lay

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 30.0
"""Until an index that could not be opened is tried once more."""


class AnsweringIndex(PassageIndex, Protocol):
    """With the approved answers that were built into it."""

    @property
    def answers(self) -> ApprovedAnswers: ...


class Standing:
    """What stands now. Looks every second, when it is asked or told to, whether sources were withdrawn or an index was
    published."""

    def __init__(
        self,
        whole: AnsweringIndex,
        sources: Sources,
        placed: Callable[[], Path | None],
        reopen: Callable[[], AnsweringIndex],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`whole` is the index at the folder that `placed` gives."""
        self.whole: AnsweringIndex = whole
        self._sources, self._placed, self._reopen, self._clock = sources, placed, reopen, clock
        self._folder = placed()
        self._withdrawn: frozenset[str] = frozenset()
        self._index: PassageIndex = whole
        self._looked = float("-inf")
        self._again_at = 0.0
        self._lock = Lock()
        self.look()

    @property
    def index(self) -> PassageIndex:
        """One that does not change any more."""
        if self._clock() - self._looked > _LOOK_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._index

    def look(self) -> None:
        """Now; whoever else is looking is waited for."""
        with self._lock:
            self._look()

    def _look(self) -> None:
        """Goes on with what it has when the records are away or the new index cannot be opened."""
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
            self._index, self._withdrawn, self.whole = exclude_sources(whole, withdrawn), withdrawn, whole
            _log.info("index %s serves now", self._index.version)
        self._looked = self._clock()


class LiveIndex:
    """The index that stands, for whoever keeps one for long."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    @property
    def version(self) -> str:
        return self._standing.index.version

    @property
    def sources(self) -> tuple[Source, ...]:
        return self._standing.index.sources

    @property
    def cautions(self) -> tuple[Caution, ...]:
        return self._standing.index.cautions

    @property
    def glossary(self) -> Glossary:
        return self._standing.index.glossary

    def source_text(self, source_id: str) -> str:
        return self._standing.index.source_text(source_id)

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return self._standing.index.passages(keys)

    def everything(self) -> tuple[Passage, ...]:
        return self._standing.index.everything()

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        return self._standing.index.search_dense(vector, limit)

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        return self._standing.index.search_lexical(text, limit)


class StandingAnswers:
    """The approved answers of the index that stands, of which every quote does."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return self._now().answers

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        return self._now().nearest(vector, limit, today)

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        return self._now().find_listed(text, today)

    def _now(self) -> ApprovedAnswers:
        index, whole = self._standing.index, self._standing.whole
        return whole.answers if index is whole else GroundedAnswers(whole.answers, index)


class LiveBot:
    """Lays a new line beside the old one when the index that stands has changed, and changes over. A question under way
    ends on the line it began on."""

    def __init__(self, line: Line, standing: Standing, lay: Lay) -> None:
        self.standing = standing
        self._line, self._lay = line, lay
        self._bot = Bot(lay(line, standing.index))
        self._lock = Lock()

    @property
    def line(self) -> Line:
        return self._now().line

    def ask(self, text: str, history: Sequence[Turn] = (), listener: Listener | None = None) -> Answer:
        return self._now().ask(text, history, listener)

    def _now(self) -> Bot:
        if self.standing.index is not self._bot.line.index:
            with self._lock:
                index = self.standing.index
                if index is not self._bot.line.index:
                    self._bot = Bot(self._lay(self._line, index))
        return self._bot


def open_standing(line: Line, settings: Settings, sources: Sources) -> Standing:
    """`line` is on the whole index, as it was opened."""
    assert isinstance(line.index, ChromaPassages)

    def reopen() -> AnsweringIndex:
        return ChromaPassages.open(settings.index_dir, line.embeddings.digest)

    return Standing(line.index, sources, lambda: current_folder(settings.index_dir), reopen)


def follow(line: Line, standing: Standing) -> Line:
    """The line for whoever keeps it for long: its index and the answers of that are what stands whenever they ask."""
    return replace(line, index=LiveIndex(standing), answers=StandingAnswers(standing))
