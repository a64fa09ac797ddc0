"""Connects decisions about sources at the command line to the records, the corpus and the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from isletbot.ingestion.ingest import IndexReport
from isletbot.live.source_decisions import SourceDecisions
from isletbot.settings import Settings
from isletbot.wiring import make_index
from isletbot.wiring.answers import make_verify
from isletbot.wiring.server_context import now, open_records
from isletbot.wiring.trained_models import Progress


def withdraw_source(settings: Settings, source_id: str, why: str) -> None:
    with _open_decisions(settings) as decisions:
        decisions.withdraw(source_id, why)


def approve_source(
    settings: Settings, source_id: str, why: str, accepted: Sequence[str] = (), progress: Progress | None = None
) -> IndexReport:
    """Returns what the index serves then."""
    reports: list[IndexReport] = []
    with _open_decisions(settings) as decisions:
        decisions.approve(source_id, why, lambda: reports.append(make_index(settings, progress)), accepted, make_verify)
    return reports[-1]


@contextmanager
def _open_decisions(settings: Settings) -> Iterator[SourceDecisions]:
    records = open_records(settings)
    try:
        yield SourceDecisions(settings.corpus_dir, records.database, now)
    finally:
        records.close()
