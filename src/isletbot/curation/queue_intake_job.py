"""The intake job turns new records into items of the queue. It runs in the background and may run at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from isletbot.curation.grouping import LOOKED_AT, find_group, keep_best
from isletbot.curation.queue import GroupingFeatures, KnownGroup, QueueIntake, QueueItem, Redact
from isletbot.ports import Embeddings

_AT_ONCE = 50
_MOST_ROUNDS = 20
"""The number of batches in one turn; the rest waits, so that other work gets its share."""


@dataclass(frozen=True, slots=True)
class QueueIntakeJob:
    store: QueueIntake
    embeddings: Embeddings
    redact: Redact
    now: Callable[[], datetime]

    def run(self) -> int:
        """Runs one turn and returns how many items entered the queue."""
        now = self.now()
        if not self.store.take_turn(now):
            return 0
        try:
            entered = self._enter_all()
            self.store.tidy()
            return entered
        finally:
            self.store.end_turn()

    def _enter_all(self) -> int:
        entered = 0
        known: list[KnownGroup] | None = None
        for _ in range(_MOST_ROUNDS):
            items = self.store.find_new(_AT_ONCE)
            if not items:
                break
            known = list(self.store.list_known()) if known is None else known
            self.store.keep([self._place(item, known) for item in items], self.now())
            entered += len(items)
        return entered

    def _place(self, item: QueueItem, known: list[KnownGroup]) -> tuple[QueueItem, GroupingFeatures | None, str]:
        """Assigns the item to a group; a new group is added to `known`."""
        item = replace(item, found=keep_best(item.found))
        if item.kind == "handoff":
            item = replace(item, text=self.redact(item.text))
        if item.topic:
            return item, None, ""
        meaning = GroupingFeatures(self.embeddings.embed([item.text])[0], item.found)
        group = find_group(meaning, known)
        if group is None:
            group = KnownGroup(uuid4().hex, "open", "", ())
            known.append(group)
        if len(group.meanings) < LOOKED_AT:
            known[:] = [replace(one, meanings=(*one.meanings, meaning)) if one is group else one for one in known]
        return item, meaning, group.id
