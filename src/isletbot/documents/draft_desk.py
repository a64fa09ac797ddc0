"""What staff do with drafts in the console: add, read, correct, accept findings, approve and discard."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock

from isletbot.corpus import Corpus
from isletbot.documents.add_document import AddedDocument, DocumentLibrary, DocumentOrigin, find_in_document
from isletbot.documents.card import CardDetails, DocumentLicence
from isletbot.documents.corpus_folder import CorpusFolder, OriginalRecord, name_failure, write_all
from isletbot.documents.difference import DraftDifference
from isletbot.documents.document_findings import DocumentFinding
from isletbot.documents.draft_notes import DraftNotes, FindingAcceptance, notes_to_json, read_notes
from isletbot.documents.draft_text import DraftText, check_links, correct_card, correct_statement, read_draft
from isletbot.documents.own_statements import read_own_statements
from isletbot.errors import InputError

FetchInto = Callable[[DocumentLibrary, str, CardDetails], AddedDocument]
ApproveDraft = Callable[[str, str, Sequence[str], str, str], None]
"""Takes the id, the reason, the accepted findings, who approves, and the SHA-256 of what they read."""
_NEEDED = ("title", "publisher", "published", "as_of", "url")


@dataclass(frozen=True, slots=True)
class DraftReview:
    """A draft as its approver must see it."""

    id: str
    text: DraftText
    sha256: str
    findings: tuple[DocumentFinding, ...]
    notes: DraftNotes
    origin: OriginalRecord | None
    difference: DraftDifference | None
    """None for a source that was never served."""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(name for name in _NEEDED if not self.text.card.get(name))

    @property
    def accepted(self) -> dict[str, FindingAcceptance]:
        """By finding, those that the draft still has."""
        known = {finding.id for finding in self.findings}
        return {one.id: one for one in self.notes.accepted if one.id in known}

    @property
    def holding(self) -> tuple[DocumentFinding, ...]:
        """What keeps the draft from being approved."""
        open_ones = (one for one in self.findings if one.remedied != "note")
        return tuple(one for one in open_ones if one.remedied == "edit" or one.id not in self.accepted)


@dataclass(frozen=True, slots=True)
class DraftDesk:
    documents: DocumentLibrary
    fetch: FetchInto
    load_corpus: Callable[[], Corpus | None]
    compare: Callable[[str], DraftDifference]
    approve_draft: ApproveDraft
    adding: Lock = field(default_factory=Lock)

    @property
    def folder(self) -> CorpusFolder:
        return self.documents.folder

    def add_file(self, data: bytes, suffix: str, name: str, details: CardDetails, who: str) -> AddedDocument:
        """Raises UserError, and then nothing has changed; so do the other ways to add."""
        with self._open_library(details, who) as library:
            return library.add_document(data, suffix, DocumentOrigin(name), details)

    def add_text(self, text: str, details: CardDetails, who: str) -> AddedDocument:
        suffix = ".md" if any(line.startswith("#") for line in text.splitlines()) else ".txt"
        with self._open_library(details, who) as library:
            return library.add_document(text.encode(), suffix, DocumentOrigin(f"pasted by {who}"), details)

    def add_statements(self, lines: Sequence[str], details: CardDetails, who: str) -> AddedDocument:
        text = "\n".join((details.title, *lines))
        with self._open_library(details, who) as library:
            own = replace(library, read=read_own_statements)
            return own.add_document(text.encode(), ".txt", DocumentOrigin(f"written by {who}"), details)

    def add_origin(self, origin: str, details: CardDetails, who: str) -> AddedDocument:
        """Adds what an address, or the number of a paper or a trial, leads to."""
        with self._open_library(details, who) as library:
            return self.fetch(library, origin, details)

    @contextmanager
    def _open_library(self, details: CardDetails, who: str) -> Iterator[DocumentLibrary]:
        """One document at a time: reading one may take much memory."""
        check_links(details.url, details.doi)
        if not self.adding.acquire(blocking=False):
            raise InputError(
                "Another document is being added just now. Nothing of yours was added.",
                code="busy", remedy="Wait a minute, then send it again.",
            )  # fmt: skip
        try:
            yield replace(self.documents, author=who, replaces_drafts=False)
        finally:
            self.adding.release()

    def review(self, source_id: str) -> DraftReview:
        """Raises UserError where there is no draft."""
        text = self._read(source_id)
        sha256 = read_draft(text, {}).card.get("original", "").removeprefix("sha256:")
        record = self.folder.read_record(source_id, sha256) if sha256 else None
        corpus = self.load_corpus()
        return DraftReview(
            id=source_id,
            text=read_draft(text, record.statements if record else {}),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            findings=find_in_document(self.folder, source_id, corpus.passages if corpus else ()),
            notes=read_notes(self.folder, source_id),
            origin=record,
            difference=self.compare(source_id) if self.folder.served(source_id).is_file() else None,
        )

    def _read(self, source_id: str) -> str:
        if source_id not in self.folder.list_drafts():
            raise InputError(f"There is no draft of {source_id[:80]!r}.", remedy="It was approved or discarded.")
        return self.folder.draft(source_id).read_bytes().decode("utf-8", "replace")

    def correct_card(self, source_id: str, changes: dict[str, str], licence: DocumentLicence, who: str) -> None:
        with self.folder.locked():
            self._write(source_id, correct_card(self._read(source_id), changes, licence), who)

    def correct_statement(self, source_id: str, anchor: str, words: str, seen: str, who: str) -> None:
        """`seen` are the words that were corrected; no words take the statement out."""
        with self.folder.locked():
            self._write(source_id, correct_statement(self._read(source_id), anchor, words, seen), who)

    def _write(self, source_id: str, text: str, who: str) -> None:
        notes = read_notes(self.folder, source_id)
        told = notes_to_json(replace(notes, authors=notes.name_author(who)))
        with name_failure(self.folder.path):
            write_all({self.folder.notes(source_id): told, self.folder.draft(source_id): text.encode()})

    def accept(self, source_id: str, finding: str, why: str, who: str) -> DocumentFinding:
        """Raises InputError for a finding that the draft does not have, or that only an edit ends."""
        found = next((one for one in self.review(source_id).findings if one.id == finding), None)
        if found is None or found.remedied not in ("accept", "either"):
            raise InputError(f"The finding {finding[:80]!r} cannot be accepted.", remedy="Look at the draft again.")
        with self.folder.locked(), name_failure(self.folder.path):
            notes = read_notes(self.folder, source_id)
            at = self.documents.now().isoformat(timespec="seconds")
            others = tuple(one for one in notes.accepted if one.id != finding)
            kept = replace(notes, accepted=(*others, FindingAcceptance(finding, who, why, at)))
            write_all({self.folder.notes(source_id): notes_to_json(kept)})
        return found

    def approve(self, source_id: str, why: str, seen: str, who: str) -> None:
        """Serves the draft. Raises UserError, and then what was served before is served."""
        review = self.review(source_id)
        if who in review.notes.authors:
            raise InputError("You have written in this draft.", remedy="Somebody else compares and approves it.")
        if review.missing:
            raise InputError(
                f"What the draft does not say: {len(review.missing)} fields.", remedy="Fill them in under “What it is”."
            )
        if review.holding:
            raise InputError(
                f"Findings that still hold it: {len(review.holding)}.", remedy="Mend or accept each, then approve it."
            )
        if not review.text.statements:
            raise InputError("The draft has no statement left.", remedy="Discard it.")
        self.approve_draft(source_id, why, tuple(review.accepted), who, seen)

    def discard(self, source_id: str) -> None:
        """Removes the draft and what it was made of; what is served stays."""
        with self.folder.locked(), name_failure(self.folder.path):
            sha256 = read_draft(self._read(source_id), {}).card.get("original", "").removeprefix("sha256:")
            self.folder.draft(source_id).unlink()
            self.folder.notes(source_id).unlink(missing_ok=True)
            kept = self.folder.original(source_id, "x").parent
            if not self.folder.served(source_id).is_file():
                shutil.rmtree(kept, ignore_errors=True)
            elif sha256 and f"original: sha256:{sha256}\n" not in self.folder.served(source_id).read_text("utf-8"):
                for path in kept.glob(f"{sha256}.*"):
                    path.unlink()
