"""A document's bytes become a draft in the corpus folder. What is served does not change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import Literal

from isletbot.documents.card import CardDetails, make_id, write_card
from isletbot.documents.cleaning import clean_document
from isletbot.documents.corpus_folder import (
    CorpusFolder,
    OriginalRecord,
    name_failure,
    read_fields,
    record_to_json,
    write_all,
)
from isletbot.documents.document_findings import DocumentFinding, find_in_draft, find_in_original
from isletbot.documents.draft import EarlierStatement, read_earlier, write_body
from isletbot.documents.draft_notes import begin_notes, notes_to_json
from isletbot.documents.isolated_reading import read_isolated
from isletbot.documents.media import EXTENSIONS, MOST_BYTES, MediaKind, detect_media
from isletbot.documents.parsed import ParsedDocument
from isletbot.documents.sentences import LeftOutSentence, ProposedStatement, make_statements
from isletbot.errors import InputError, UserError
from isletbot.types import Passage

Addition = Literal["new", "changed", "same"]
ReadDocument = Callable[[bytes, MediaKind], ParsedDocument]


@dataclass(frozen=True, slots=True)
class DocumentOrigin:
    """Where bytes come from, and what their server or registry said of them."""

    name: str
    """A path, an address, or the number of a paper or a trial."""
    etag: str = ""
    last_modified: str = ""
    url: str = ""
    title: str = ""
    publisher: str = ""
    published: str = ""
    doi: str = ""

    def complete(self, document: ParsedDocument) -> ParsedDocument:
        """The document with what a registry knows better."""
        told = {name: getattr(self, name) for name in ("title", "publisher", "published", "doi")}
        return replace(document, **{name: value for name, value in told.items() if value})


@dataclass(frozen=True, slots=True)
class AddedDocument:
    id: str
    draft: Path
    addition: Addition
    statements: int = 0
    findings: tuple[DocumentFinding, ...] = ()
    left_out: tuple[LeftOutSentence, ...] = ()
    missing: tuple[str, ...] = ()
    """Fields of the card that nothing told."""


@dataclass(frozen=True, slots=True)
class DocumentLibrary:
    """Adds documents to one corpus folder."""

    folder: CorpusFolder
    now: Callable[[], datetime]
    passages: Callable[[], Sequence[Passage]] = field(default=lambda: ())
    """The statements that the corpus holds, to find duplicates."""
    read: ReadDocument = read_isolated
    author: str = ""
    """Who adds, by the name of their account; nobody's at the command line."""
    replaces_drafts: bool = True
    """Whether an earlier draft of the same source that nobody has edited gives way."""

    def add_file(self, path: Path, details: CardDetails) -> AddedDocument:
        try:
            if path.stat().st_size > MOST_BYTES:
                limit = f"It has {path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are read."
                raise InputError(f"{str(path)!r} cannot be added. {limit}", remedy="Add the parts one by one.")
            data = path.read_bytes()
        except OSError as error:
            raise UserError(f"{str(path)!r} cannot be read: {error.strerror}. Name a file that is there.") from error
        return self.add_document(data, path.suffix, DocumentOrigin(str(path)), details)

    def add_document(self, data: bytes, media_type: str, origin: DocumentOrigin, details: CardDetails) -> AddedDocument:
        """`media_type` is a file's extension or a media type. Raises UserError, and then nothing has changed."""
        details.check()
        kind = detect_media(data, media_type)
        sha256 = hashlib.sha256(data).hexdigest()
        holder = self.folder.find_holder(sha256)
        if holder and details.id in ("", holder):
            return AddedDocument(holder, self._find_latest(holder), "same")
        document = clean_document(origin.complete(self.read(data, kind)))
        source_id = details.id or make_id(details.title or document.title or PurePath(origin.name).stem)
        record = OriginalRecord(
            sha256, media_type, origin.name, self.now().isoformat(timespec="seconds"), document.notes,
            etag=origin.etag, last_modified=origin.last_modified, url=origin.url,
        )  # fmt: skip
        with self.folder.locked(), name_failure(self.folder.path):
            return self._write(source_id, document, details, record, {f"{sha256}.{EXTENSIONS[kind]}": data})

    def _find_latest(self, source_id: str) -> Path:
        draft = self.folder.draft(source_id)
        return draft if draft.is_file() else self.folder.served(source_id)

    def _write(
        self, source_id: str, document: ParsedDocument, details: CardDetails, record: OriginalRecord,
        originals: dict[str, bytes],
    ) -> AddedDocument:  # fmt: skip
        served, draft = self.folder.served(source_id), self.folder.draft(source_id)
        self._check_draft(source_id)
        before = read_fields(served) if served.is_file() else {}
        known = replace(details, url=details.url or before.get("url", "") or record.url)
        card = write_card(source_id, known, document, before, record.sha256, self.now().date())
        made = tuple(make_statements(document.blocks))
        statements = [one for one in made if isinstance(one, ProposedStatement)]
        if not statements:
            raise InputError(
                "This document cannot be added. It has no sentence that says something alone.",
                code="bad_document", remedy="Write a digest by hand, as corpus/README.md says.",
            )  # fmt: skip
        closed = "\nquotes: original\n" not in card
        body = write_body(statements, closed, self._read_served(source_id, before), document.title)
        text = card + body.text
        kept = replace(record, statements=body.statements, draft=hashlib.sha256(text.encode()).hexdigest())
        files = {self.folder.original(source_id, name): data for name, data in originals.items()}
        files[self.folder.original(source_id, f"{record.sha256}.json")] = record_to_json(kept)
        left_out = tuple(one for one in made if isinstance(one, LeftOutSentence))
        files[self.folder.notes(source_id)] = notes_to_json(begin_notes(self.folder, source_id, self.author, left_out))
        write_all({**files, draft: text.encode("utf-8")})
        findings = find_in_document(self.folder, source_id, self.passages())
        missing = tuple(
            name for name in ("title", "publisher", "published", "as_of", "url") if not read_fields(draft)[name]
        )
        return AddedDocument(
            source_id, draft, "changed" if before else "new", len(statements), findings, left_out, missing
        )

    def _check_draft(self, source_id: str) -> None:
        draft = self.folder.draft(source_id)
        if not draft.is_file():
            return
        if not self.replaces_drafts:
            raise InputError(
                f"There is a draft of {source_id!r} already. Nothing was added.",
                code="draft_exists", remedy="Approve or discard that one first, or give this document another title.",
            )  # fmt: skip
        sha256 = read_fields(draft).get("original", "").removeprefix("sha256:")
        record = self.folder.read_record(source_id, sha256) if sha256 else None
        if record is None or hashlib.sha256(draft.read_bytes()).hexdigest() != record.draft:
            raise UserError(
                f"Somebody has edited {str(draft)!r}, and it would be lost. Approve it, or remove the file, then add "
                "the document again."
            )

    def _read_served(self, source_id: str, before: dict[str, str]) -> dict[str, EarlierStatement]:
        if not before:
            return {}
        sha256 = before.get("original", "").removeprefix("sha256:")
        record = self.folder.read_record(source_id, sha256) if sha256 else None
        text = self.folder.served(source_id).read_text("utf-8")
        return read_earlier(text, record.statements if record else {})


def find_in_document(folder: CorpusFolder, source_id: str, passages: Sequence[Passage]) -> tuple[DocumentFinding, ...]:
    """What a person must see of a draft: of its original, and of its words as they stand now."""
    draft = folder.draft(source_id)
    sha256 = read_fields(draft).get("original", "").removeprefix("sha256:")
    record = folder.read_record(source_id, sha256) if sha256 else None
    others = [passage for passage in passages if passage.source.id != source_id]
    name = draft.relative_to(folder.path).as_posix()
    text = draft.read_bytes().decode("utf-8", "replace")
    return (
        *(find_in_original(record.notes) if record else ()),
        *find_in_draft(name, text, record.statements if record else {}, others),
    )
