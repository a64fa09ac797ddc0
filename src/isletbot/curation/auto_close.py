"""A group of the queue closes when an approved answer fits it, and reopens when that answer is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from isletbot.curation.audit import AuditEvent, AuditLog
from isletbot.curation.queue import QueueFilter, QueueGroup, QueueReports, StaffQueue

_WHO = "isletbot"
_MOST = 200
"""The number of largest groups that are asked again when an answer is new."""
_SETTLED = frozenset({"declined", "unverified"})
"""The kinds of item that an answer settles. A mark as wrong or unsafe may be about that very answer, so a person looks
at it."""


@dataclass(slots=True)
class AutoClose:
    queue: StaffQueue
    reports: QueueReports
    audit: AuditLog
    transaction: Callable[[], AbstractContextManager[object]]
    list_served: Callable[[], Mapping[str, str]]
    """Returns the ways of asking by the id of each served answer."""
    find_answer: Callable[[str], str]
    """Returns the id of the approved answer that a question gets; empty when it gets none."""
    now: Callable[[], datetime]
    seen: Mapping[str, str] | None = None

    def run(self) -> None:
        served = self.list_served()
        for group in self.queue.list_groups(QueueFilter(state="closed", answered=True), self.now(), _MOST):
            if group.answer_id not in served:
                self._bring_back(group)
        if served != self.seen:
            for group in self.queue.list_groups(QueueFilter(), self.now(), _MOST):
                self._try_to_close(group)
        self.seen = served

    def _bring_back(self, group: QueueGroup) -> None:
        why = f"The approved answer {group.answer_id} is served no more."
        with self.transaction():
            self.reports.answer_left(group.answer_id, group.title, why, self.now())
            self.audit.append(AuditEvent(self.now(), _WHO, "queue.reopened", group.id, why))

    def _try_to_close(self, group: QueueGroup) -> None:
        if group.topic or not group.title or not _SETTLED.issuperset(group.counts):
            return
        if answer_id := self.find_answer(group.title):
            with self.transaction():
                self.reports.close_answered(group.id, answer_id)
                self.audit.append(AuditEvent(self.now(), _WHO, "queue.closed", group.id, f"answered by {answer_id}"))
