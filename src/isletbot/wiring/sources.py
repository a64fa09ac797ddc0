"""Settings to a decision about one source, taken at the command line: into records, audit log and index."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from isletbot.curation.audit import AuditEvent
from isletbot.curation.source_watch import SourceWatch
from isletbot.curation.sources import Decided, SourceDecision
from isletbot.errors import UserError
from isletbot.ingestion.read import NOT_DIGESTS
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_sources import SqlSources
from isletbot.wiring import Progress, make_index
from isletbot.wiring.reception import now, open_records

_WHO = "command line"
_STATUS = re.compile(r"\A(---\n(?:(?!---\n).*\n)*?status:[ \t]*)(draft|withdrawn)\b")
"""In the front matter only."""


def withdraw_source(settings: Settings, source_id: str, why: str) -> None:
    """Out of every reply: running servers follow within seconds, and need no new index."""
    records = open_records(settings)
    try:
        _find_digest(settings, source_id)
        _decide(records.database, source_id, "withdrawn", why)
    finally:
        records.close()


def approve_source(settings: Settings, source_id: str, why: str, progress: Progress | None = None) -> None:
    """Back into the replies; a digest that is a draft becomes approved in its file, and the index is built."""
    records = open_records(settings)
    try:
        path = _find_digest(settings, source_id)
        _mark_approved(path)
        make_index(settings, progress)
        _decide(records.database, source_id, "approved", why)
    finally:
        records.close()


def _find_digest(settings: Settings, source_id: str) -> Path:
    found = {path.stem: path for path in settings.corpus_dir.glob("*.md") if path.name not in NOT_DIGESTS}
    if source_id not in found:
        known = ", ".join(sorted(found)) or "none"
        raise UserError(f"There is no source {source_id[:80]!r} in {str(settings.corpus_dir)!r}. There are: {known}.")
    return found[source_id]


def _decide(database: Database, source_id: str, state: Decided, why: str) -> None:
    sources, at = SqlSources(database), now()
    versions = sources.list_versions(source_id)
    watch = SourceWatch(sources, SqlQueueIntake(database), lambda _id, _anchors: (), now)
    with database.write():
        sources.decide(SourceDecision(source_id, state, _WHO, at, why))
        SqlAuditLog(database).append(AuditEvent(at, _WHO, f"source.{state}", source_id, why))
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
