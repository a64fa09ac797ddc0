"""Takes an approved answer of staff out of the replies when it no longer holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from isletbot.curation.audit import AuditEvent
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_staff_answers import SqlStaffAnswers

_BY_ITSELF = "isletbot"


@dataclass(frozen=True, slots=True)
class Unpublisher:
    database: Database
    store: SqlStaffAnswers
    now: Callable[[], datetime]

    def unpublish(self, version: AnswerVersion, why: str) -> None:
        """Writes it down in the audit log and the queue, once. Raises RecordsError."""
        with self.database.write():
            if self.store.unpublish(version, why, self.now()):
                event = AuditEvent(self.now(), _BY_ITSELF, "answer.unpublished", version.answer_id, why)
                SqlAuditLog(self.database).append(event)
                SqlQueueIntake(self.database).answer_left(version.answer_id, version.wording.asks[0], why, self.now())
