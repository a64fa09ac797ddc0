"""Connects the console's pages of drafts to the corpus folder, the records and the index that serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from isletbot.console.document_adding_pages import DraftBackend, make_adding_pages
from isletbot.console.draft_pages import make_draft_pages
from isletbot.console.routing import PageRouter
from isletbot.console.source_pages import SourceOrigin, WaitingDraft
from isletbot.documents.corpus_folder import CorpusFolder, read_fields
from isletbot.errors import InputError, UserError
from isletbot.fetching.origin_reader import is_origin
from isletbot.live.bot import LiveBot
from isletbot.live.source_checks import find_check
from isletbot.live.source_decisions import SourceDecisions
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.wiring.answers import make_verify
from isletbot.wiring.server_context import now

if TYPE_CHECKING:
    from isletbot.documents.draft_desk import DraftDesk


def make_pages_of_drafts(live: LiveBot, settings: Settings, database: Database) -> Sequence[PageRouter]:
    @cache
    def open_once() -> DraftDesk:
        return _open_desk(live, settings, database)

    def list_sources() -> Sequence[tuple[str, str]]:
        return tuple((source.id, source.title) for source in live.watcher.whole.sources)

    def pull(source_id: str, who: str) -> tuple[str, str]:
        open_once()  # says what is not installed
        from isletbot.wiring.document_drafts import open_pulls

        pulls = open_pulls(settings)
        pulled = replace(pulls, documents=replace(pulls.documents, author=who)).pull(source_id)
        return pulled.outcome, pulled.words

    backend = DraftBackend(open_once, list_sources, pull)
    return make_adding_pages(backend), make_draft_pages(backend)


def _open_desk(live: LiveBot, settings: Settings, database: Database) -> DraftDesk:
    """Imports what reads documents only once somebody needs it. Raises InputError where it is not installed."""
    try:
        from isletbot.documents.draft_desk import DraftDesk
        from isletbot.wiring.document_drafts import add_from_origin, compare_source, find_corpus, open_library
    except ModuleNotFoundError as error:
        raise InputError(
            "This server cannot read documents.", remedy="Whoever runs it installs isletbot[documents]."
        ) from error

    def approve(source_id: str, why: str, accepted: Sequence[str], who: str, seen: str) -> None:
        from isletbot.wiring import make_index

        decisions = SourceDecisions(settings.corpus_dir, database, now, who)
        decisions.approve(source_id, why, lambda: make_index(settings), accepted, make_verify, seen)
        live.watcher.refresh()

    return DraftDesk(
        documents=open_library(settings),
        fetch=lambda library, origin, details: add_from_origin(library, settings, origin, details),
        load_corpus=lambda: find_corpus(settings.corpus_dir),
        compare=lambda source_id: compare_source(settings, source_id, database),
        approve_draft=approve,
    )


def list_waiting_drafts(settings: Settings) -> Sequence[WaitingDraft]:
    folder = CorpusFolder(settings.corpus_dir)
    return tuple(WaitingDraft(name, read_fields(folder.draft(name)).get("title", "")) for name in folder.list_drafts())


def find_source_origin(settings: Settings, source_id: str) -> SourceOrigin | None:
    folder = CorpusFolder(settings.corpus_dir)
    try:
        record = folder.find_latest(source_id)
    except UserError:  # a damaged record; `isletbot corpus check` names it
        return None
    if record is None:
        return None
    check = find_check(folder, source_id)
    checked_at, outcome = (check.at, check.outcome) if check else (None, "")
    return SourceOrigin(record.origin, is_origin(record.origin), checked_at, outcome)
