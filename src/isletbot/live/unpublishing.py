"""Takes an approved answer of staff out of the replies when it no longer holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from isletbot.curation.audit import Event
from isletbot.curation.staff_answers import Version
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database
from isletbot.storage.queue_intake import SqlIntake
from isletbot.storage.staff_answers import SqlStaffAnswers

_BY_ITSELF = "isletbot"


@dataclass(frozen=True, slots=True)
class Unpublisher:
    database: Database
    store: SqlStaffAnswers
    now: Callable[[], datetime]

    def unpublish(self, version: Version, why: str) -> None:
        """Writes it down in the audit log and the queue, once. Raises RecordsError."""
        with self.database.write():
            if self.store.unpublish(version, why, self.now()):
                event = Event(self.now(), _BY_ITSELF, "answer.unpublished", version.answer_id, why)
                SqlAudit(self.database).append(event)
                SqlIntake(self.database).answer_left(version.answer_id, version.wording.asks[0], why, self.now())
