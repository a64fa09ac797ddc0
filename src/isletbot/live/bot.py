"""A bot that moves to another index without a pause."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from isletbot.answering.graph import Bot, Line, make_classifier
from isletbot.answering.question import read_question
from isletbot.answering.triage import triage_question
from isletbot.live.index_watcher import IndexWatcher
from isletbot.ports import Listener, PassageIndex
from isletbot.types import Answer, Question

RebuildLine = Callable[[Line, PassageIndex], Line]
"""Returns the pipeline on another index and keeps the parts that do not depend on it."""


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

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        return self._now().ask(question, listener=listener)

    def is_urgent(self, question: Question) -> bool:
        """Decides by the pipeline's own triage. Opens no new index, so that it works while the records are away."""
        line = self._line
        cleaned = read_question(question.text, question.history, line.limits)
        return triage_question(cleaned, line.rules, make_classifier(line, line.embeddings)).route == "urgent"

    def _now(self) -> Bot:
        if self.watcher.index is not self._bot.line.index:
            with self._lock:
                index = self.watcher.index
                if index is not self._bot.line.index:
                    self._bot = Bot(self._rebuild(self._line, index))
        return self._bot
