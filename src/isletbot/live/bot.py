"""A bot that moves to another index without a pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from isletbot.answering.graph import Bot
from isletbot.answering.line import Line, make_urgent_replies
from isletbot.answering.red_flags.rules import Rules
from isletbot.live.index_watcher import IndexWatcher
from isletbot.ports import Listener, PassageIndex
from isletbot.types import Answer, Question

RebuildLine = Callable[[Line, PassageIndex], Line]
"""Returns the pipeline on another index and keeps the parts that do not depend on it."""


class LiveBot:
    """Builds a new pipeline when the index changes and switches to it. A question under way ends on the pipeline it
    began on."""

    def __init__(
        self,
        line: Line,
        watcher: IndexWatcher,
        rebuild_line: RebuildLine,
        held_rules: Callable[[], Rules] | None = None,
        is_listed: Callable[[str], bool] | None = None,
    ) -> None:
        """`held_rules` and `is_listed` say what is known now without asking the records."""
        self.watcher = watcher
        self._line, self._rebuild = line, rebuild_line
        self._bot = Bot(rebuild_line(line, watcher.index))
        self._lock = Lock()
        held = replace(self._bot.line, rulebook=held_rules or line.rulebook)
        self._urgent = make_urgent_replies(held, is_listed)

    @property
    def line(self) -> Line:
        return self._now().line

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        return self._now().ask(question, listener=listener)

    def answer_urgent(self, question: Question) -> Answer | None:
        """Answers an emergency, and nothing else. Waits for no records and opens no index."""
        return self._urgent.find(question)

    def suspects(self, text: str) -> bool:
        """Whether a message may be an emergency, by a quick look that needs no model."""
        return self._urgent.suspects(text)

    def is_urgent(self, question: Question) -> bool:
        return self.answer_urgent(question) is not None

    def _now(self) -> Bot:
        if self.watcher.index is not self._bot.line.index:
            with self._lock:
                index = self.watcher.index
                if index is not self._bot.line.index:
                    self._bot = Bot(self._rebuild(self._line, index))
        return self._bot
