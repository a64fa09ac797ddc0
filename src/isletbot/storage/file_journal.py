"""The journal of urgent replies as a file of JSON lines: appended, synced, bounded, and shared under a lock."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from isletbot.curation.journal import JournalEntry
from isletbot.curation.records import AnswerRecord, Channel
from isletbot.errors import RecordsError
from isletbot.types import Answer, Kind, Notice, Role, Route, Trace, Triage, Turn

_log = logging.getLogger(__name__)
MOST_BYTES = 8_388_608


class FileJournal:
    """Processes take turns by a lock on a file of its own, as the journal itself is replaced when entries leave it."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path, self._most_bytes = path, most_bytes

    def append(self, entry: JournalEntry) -> None:
        line = json.dumps(_write_entry(entry), ensure_ascii=False).encode() + b"\n"
        with self._locked():
            held = self._path.stat().st_size if self._path.exists() else 0
            if held + len(line) > self._most_bytes:
                raise RecordsError(f"The journal {str(self._path)!r} is full: {held:,} bytes. Bring the records back.")
            # A full disk or a kill may have cut the last line short: it must not take this one along.
            _write_synced(self._path, line if held == 0 or self._ends_a_line() else b"\n" + line)

    def read(self) -> tuple[JournalEntry, ...]:
        if not self._path.exists():
            return ()
        with self._locked():
            return tuple(entry for entry, _ in self._read_lines())

    def remove(self, answer_ids: Collection[str]) -> None:
        self._keep(lambda entry: entry.record.answer.id not in answer_ids)

    def forget(self, token_digest: str) -> None:
        self._keep(lambda entry: entry.token_digest != token_digest)

    def _keep(self, wanted: Callable[[JournalEntry], bool]) -> None:
        if not self._path.exists():
            return
        with self._locked():
            kept = b"".join(line for entry, line in self._read_lines() if wanted(entry))
            if not kept:
                self._path.unlink(missing_ok=True)
                return
            part = self._path.with_suffix(".part")
            part.unlink(missing_ok=True)
            _write_synced(part, kept)
            part.replace(self._path)

    def _read_lines(self) -> Iterator[tuple[JournalEntry, bytes]]:
        """A line that a crash cut short is left out."""
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines(keepends=True):
            try:
                yield _read_entry(json.loads(line)), line if line.endswith(b"\n") else line + b"\n"
            except (ValueError, KeyError, TypeError):
                _log.error("a line of the journal cannot be read and is left out")

    def _ends_a_line(self) -> bool:
        with self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)
        except OSError as error:
            raise RecordsError(f"The journal {str(self._path)!r} cannot be used: {error.strerror}.") from error


def _write_synced(path: Path, content: bytes) -> None:
    """Appends; readable by nobody else on this machine."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_entry(entry: JournalEntry) -> dict[str, object]:
    record, answer, triage = entry.record, entry.record.answer, entry.record.answer.trace.triage
    assert triage is not None, "what is urgent was triaged"
    return {
        "token_digest": entry.token_digest,
        "question": record.question,
        "earlier": [[turn.role, turn.content] for turn in record.earlier],
        "at": record.at.isoformat(),
        "channel": record.channel,
        "shown": dict(record.shown),
        "notices": [[notice.id, notice.text] for notice in answer.notices],
        "triage": [triage.route, triage.rule, triage.reason, triage.say],
        "versions": dict(answer.trace.versions),
    }


def _read_entry(line: Any) -> JournalEntry:
    shown, (route, rule, reason, say) = line["shown"], line["triage"]
    answer = Answer(
        id=str(shown["id"]),
        kind=cast("Kind", shown["kind"]),
        text=str(shown["text"]),
        sentences=(),
        citations=(),
        notices=tuple(Notice(name, text) for name, text in line["notices"]),
        as_of=date.fromisoformat(shown["as_of"]),
        suggestions=(),
        composer="none",
        trace=Trace(line["question"], Triage(cast("Route", route), rule, reason, say), versions=line["versions"]),
    )
    earlier = tuple(Turn(cast("Role", role), content) for role, content in line["earlier"])
    at, channel = datetime.fromisoformat(line["at"]), cast("Channel", line["channel"])
    record = AnswerRecord(line["question"], answer, shown, at, channel, earlier=earlier)
    return JournalEntry(record, str(line["token_digest"]))
