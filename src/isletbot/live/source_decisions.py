"""Withdraws or approves a source at the command line, in the records, the audit log and the index."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from isletbot.curation.audit import AuditEvent
from isletbot.curation.source_watch import SourceWatch
from isletbot.curation.sources import Decided, SourceDecision
from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.errors import UserError
from isletbot.ingestion.load import MakeVerify
from isletbot.ingestion.read import NOT_DIGESTS
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_sources import SqlSources

_WHO = "command line"
_STATUS = re.compile(r"\A(---\n(?:(?!---\n).*\n)*?status:[ \t]*)(draft|withdrawn)\b")
"""Matches in the front matter only."""


@dataclass(frozen=True, slots=True)
class SourceDecisions:
    """Decides about digests of one corpus folder."""

    corpus_dir: Path
    database: Database
    now: Callable[[], datetime]
    who: str = _WHO

    def withdraw(self, source_id: str, why: str) -> None:
        """Takes the source out of every reply; running servers follow within seconds and need no new index."""
        self._find_digest(source_id)
        self._decide(source_id, "withdrawn", why)

    def approve(
        self,
        source_id: str,
        why: str,
        build_index: Callable[[], object],
        accepted: Sequence[str] = (),
        make_verify: MakeVerify | None = None,
        seen: str = "",
    ) -> None:
        """Serves a draft in place of the version before, or puts a withdrawn source back, and builds the index.

        `accepted` names findings of the draft that its approver has looked at, `seen` is the SHA-256 of what they read.
        """
        folder = CorpusFolder(self.corpus_dir)
        if folder.draft(source_id).is_file():
            told = self._approve_draft(folder, source_id, accepted, make_verify, build_index, seen)
        elif accepted:
            raise UserError(f"There is no draft of {source_id[:80]!r}, so it has no finding {accepted[0][:80]!r}.")
        else:
            told = ()
            _mark_approved(self._find_digest(source_id))
            build_index()
        self._decide(source_id, "approved", why, told)

    def _approve_draft(
        self,
        folder: CorpusFolder,
        source_id: str,
        accepted: Sequence[str],
        make_verify: MakeVerify | None,
        build_index: Callable[[], object],
        seen: str,
    ) -> tuple[str, ...]:
        from isletbot.documents.approval import approve_draft  # its packages are an extra

        found = approve_draft(folder, source_id, accepted, make_verify, build_index, seen)
        return tuple(f"{one.id}: {one.words}"[:500] for one in found)

    def _find_digest(self, source_id: str) -> Path:
        found = {path.stem: path for path in self.corpus_dir.glob("*.md") if path.name not in NOT_DIGESTS}
        if source_id not in found:
            known = ", ".join(sorted(found)) or "none"
            raise UserError(f"There is no source {source_id[:80]!r} in {str(self.corpus_dir)!r}. There are: {known}.")
        return found[source_id]

    def _decide(self, source_id: str, state: Decided, why: str, accepted: Sequence[str] = ()) -> None:
        sources, at = SqlSources(self.database), self.now()
        versions = sources.list_versions(source_id)
        watch = SourceWatch(sources, SqlQueueIntake(self.database), lambda _id, _anchors: (), self.now)
        with self.database.write():
            sources.decide(SourceDecision(source_id, state, self.who, at, why))
            SqlAuditLog(self.database).append(AuditEvent(at, self.who, f"source.{state}", source_id, why))
            for finding in accepted:
                SqlAuditLog(self.database).append(AuditEvent(at, self.who, "finding.accepted", source_id, finding))
            if state == "withdrawn" and versions:
                watch.report_withdrawn(versions[0].source, versions[0].text, why)


def _mark_approved(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    approved = _STATUS.sub(r"\1approved", text, count=1)
    if approved == text:
        return
    written = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        written.write_bytes(approved.encode("utf-8"))
        written.replace(path)
    except OSError as error:
        raise UserError(f"{str(path)!r} cannot be written: {error.strerror}. Set `status: approved` in it.") from error
