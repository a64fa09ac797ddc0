"""The watch stores the versions of sources when an index opens, and reports what a change affects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from isletbot.curation.queue import QueueItem, QueueReports
from isletbot.curation.sources import Sources, SourceVersion, find_touched, read_statements
from isletbot.ports import PassageIndex
from isletbot.types import Source


@dataclass(frozen=True, slots=True)
class CitingItem:
    """A caution or an answer that rests on a source."""

    words: str
    path: str = ""
    """The path of its page in the console; empty when it has none."""


FindCiting = Callable[[str, Sequence[str]], Sequence[CitingItem]]
"""Finds what cites these statements (by anchor) of a source."""


@dataclass(slots=True)
class SourceWatch:
    sources: Sources
    reports: QueueReports
    find_citing: FindCiting
    now: Callable[[], datetime]
    seen: str = ""
    """The version of the last index."""

    def look_at(self, index: PassageIndex) -> None:
        """Reports changes of a new index and ignores a known one. After a RecordsError it tries again the next time."""
        if index.version == self.seen:
            return
        latest = {version.source.id: version for version in self.sources.list_latest()}
        for source in index.sources:
            before = latest.pop(source.id, None)
            if before and before.source.version != source.version:
                self._report_change(before, source, index.source_text(source.id))
        for version in latest.values():
            self._report(version.source, "gone", f"{version.source.title}: no longer among the sources", version.text)
        texts = [SourceVersion(source, index.source_text(source.id), self.now()) for source in index.sources]
        self.sources.keep_versions(texts)
        self.seen = index.version

    def report_withdrawn(self, source: Source, text: str, why: str) -> None:
        at = f"{self.now():%Y%m%dT%H%M%S}"
        self._report(source, at, f"{source.title}: withdrawn, {why}", text)

    def _report_change(self, before: SourceVersion, source: Source, text: str) -> None:
        touched = find_touched(before.text, text)
        citing = self.find_citing(source.id, (*touched.changed, *touched.gone))
        detail = "\n".join((touched.words, *_describe_citing(citing)))
        self._keep(source, source.version, f"{source.title}: a new version", detail)

    def _report(self, source: Source, mark: str, title: str, text: str) -> None:
        citing = self.find_citing(source.id, tuple(read_statements(text)))
        self._keep(
            source, f"{mark}:{source.version}" if mark == "gone" else mark, title, "\n".join(_describe_citing(citing))
        )

    def _keep(self, source: Source, mark: str, title: str, detail: str) -> None:
        name = f"source:{source.id[:30]}:{mark.replace('sha256:', '')}"[:80]
        self.reports.report(QueueItem(name, "source", title, detail, self.now(), f"source:{source.id}"))


def _describe_citing(citing: Sequence[CitingItem]) -> Sequence[str]:
    return tuple(f"cited by {one.words}" for one in citing)
