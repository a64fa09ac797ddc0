"""Connects documents that are added, compared and approved to the corpus, the records and the index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from isletbot.corpus import Corpus
from isletbot.documents.add_document import AddedDocument, DocumentLibrary, find_in_document
from isletbot.documents.card import CardDetails
from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.documents.difference import DraftDifference, compare_draft
from isletbot.documents.document_findings import DocumentFinding
from isletbot.errors import CorpusError
from isletbot.fetching.document import FetchedDocument
from isletbot.ingestion.load import load_corpus
from isletbot.live.coverage_survey import describe_answers
from isletbot.live.source_pulls import SourcePulls, add_fetched, describe_origin
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.types import Passage
from isletbot.wiring.corpus_coverage import open_existing
from isletbot.wiring.document_fetching import make_origin_reader
from isletbot.wiring.server_context import now


def open_library(settings: Settings, into: Path | None = None) -> DocumentLibrary:
    folder = into or settings.corpus_dir
    return DocumentLibrary(CorpusFolder(folder), now, lambda: _list_passages(folder))


def add_from_origin(library: DocumentLibrary, settings: Settings, origin: str, details: CardDetails) -> AddedDocument:
    """Fetches an address, or a paper or trial by its number, and adds what came. Raises FetchError."""
    fetched = make_origin_reader(settings).fetch(origin)
    assert isinstance(fetched, FetchedDocument), "nothing was asked about a version held before"
    known = details.id and library.folder.served(details.id).is_file()
    return add_fetched(library, fetched, origin, details if known else describe_origin(origin, fetched, details))


def open_pulls(settings: Settings) -> SourcePulls:
    def count_changes(source_id: str) -> int:
        return len(compare_source(settings, source_id).changes)

    return SourcePulls(open_library(settings), make_origin_reader(settings).fetch, count_changes)


def list_drafts(settings: Settings) -> dict[str, tuple[DocumentFinding, ...]]:
    """What holds the approval of each draft."""
    folder, passages = CorpusFolder(settings.corpus_dir), _list_passages(settings.corpus_dir)
    return {name: find_in_document(folder, name, passages) for name in folder.list_drafts()}


def compare_source(settings: Settings, source_id: str, database: Database | None = None) -> DraftDifference:
    """Names answers of staff too, where there are records; without `database` those that are there are opened."""
    folder, opened = CorpusFolder(settings.corpus_dir), None if database else open_existing(settings)
    try:
        records = database or opened
        written = tuple(describe_answers((), SqlStaffAnswers(records).list_live())) if records else ()
    finally:
        if opened:
            opened.close()
    return compare_draft(folder, source_id, find_corpus(settings.corpus_dir), settings.red_flags_dir, written)


def _list_passages(folder: Path) -> Sequence[Passage]:
    corpus = find_corpus(folder)
    return corpus.passages if corpus else ()


def find_corpus(folder: Path) -> Corpus | None:
    """None for a folder without digests, and for one that breaks its rules: `corpus check` names them."""
    try:
        return load_corpus(folder)
    except CorpusError:
        return None
