"""Fetches sources anew from where they came: says of each what became of it, and makes a draft of what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from isletbot.documents.add_document import AddedDocument, DocumentLibrary, DocumentOrigin
from isletbot.documents.card import LICENCES, CardDetails
from isletbot.documents.corpus_folder import OriginalRecord, read_fields
from isletbot.errors import FetchError, UserError
from isletbot.fetching.document import FetchedDocument, Unchanged
from isletbot.fetching.identifiers import IdentifierKind, read_identifier
from isletbot.fetching.origin_reader import is_origin
from isletbot.fetching.page_head import read_page_head
from isletbot.fetching.safe_client import Marks
from isletbot.live.source_checks import PullOutcome, SourceCheck, find_check, write_check
from isletbot.types import EvidenceTier

Fetch = Callable[[str, Marks], FetchedDocument | Unchanged]
"""Fetches an origin, if it has changed since it had these marks. Raises FetchError."""
_EVIDENCE: Mapping[IdentifierKind, EvidenceTier] = {
    "pmid": "primary_paper",
    "doi": "primary_paper",
    "nct": "trial_record",
}
_OPEN = ("CC BY", "CC BY-SA", "CC0")
"""Licences that let anybody show the words, as registries name them."""
_CARD_FIELDS = ("title", "publisher", "published", "as_of", "evidence", "url", "doi")


@dataclass(frozen=True, slots=True)
class PulledSource:
    id: str
    outcome: PullOutcome
    words: str
    """What happened, for a person."""
    added: AddedDocument | None = None
    """The new draft of a source that changed."""


@dataclass(frozen=True, slots=True)
class SourcePulls:
    documents: DocumentLibrary
    fetch: Fetch
    count_changes: Callable[[str], int]
    """Counts the statements in which the draft of a source differs from what is served."""

    def pull_all(self) -> Iterator[PulledSource]:
        """Goes on after a source that fails. Sources that came from a file are left out."""
        folder = self.documents.folder
        for source_id in sorted({*folder.list_served(), *folder.list_drafts()}):
            record = folder.find_latest(source_id)
            if record and is_origin(record.origin):
                yield self._pull(source_id, record)

    def pull(self, source_id: str) -> PulledSource:
        """Raises UserError for a source that came from no address."""
        folder = self.documents.folder
        known = sorted({*folder.list_served(), *folder.list_drafts()})
        if source_id not in known:
            raise UserError(f"There is no source {source_id[:80]!r}. There are: {', '.join(known) or 'none'}.")
        record = folder.find_latest(source_id)
        if record is None or not is_origin(record.origin):
            raise UserError(
                f"{source_id!r} came from no address. Add its new version: isletbot corpus add FILE --id {source_id}"
            )
        return self._pull(source_id, record)

    def _pull(self, source_id: str, record: OriginalRecord) -> PulledSource:
        """Notes when it was looked for, and keeps new marks only of a version that the folder holds."""
        before = find_check(self.documents.folder, source_id)
        current = before if before and before.sha256 == record.sha256 else None
        marks = Marks(current.etag, current.last_modified) if current else Marks(record.etag, record.last_modified)
        fetched: FetchedDocument | Unchanged | None = None
        try:
            fetched = self.fetch(record.origin, marks)
            pulled = self._take(source_id, record, fetched)
        except UserError as error:
            gone = isinstance(error, FetchError) and error.cause == "missing"
            pulled = PulledSource(source_id, "gone" if gone else "failed", str(error))
        sha256 = record.sha256
        if isinstance(fetched, FetchedDocument) and pulled.outcome in ("unchanged", "changed"):
            marks = Marks(fetched.etag, fetched.last_modified)
            sha256 = hashlib.sha256(fetched.data).hexdigest()
        check = SourceCheck(self.documents.now(), pulled.outcome, marks.etag, marks.last_modified, sha256)
        write_check(self.documents.folder, source_id, check)
        return pulled

    def _take(self, source_id: str, record: OriginalRecord, fetched: FetchedDocument | Unchanged) -> PulledSource:
        if isinstance(fetched, Unchanged) or hashlib.sha256(fetched.data).hexdigest() == record.sha256:
            return PulledSource(source_id, "unchanged", "as it was")
        self._check_language(source_id, record, fetched)
        details = self._keep_corrections(source_id)
        added = add_fetched(self.documents, fetched, record.origin, details)
        if added.addition == "same":
            return PulledSource(source_id, "unchanged", "as it was")
        if added.addition == "new":
            return PulledSource(source_id, "changed", f"a new draft of {added.statements} statements", added)
        count = self.count_changes(source_id)
        what = f"{count} statement{'' if count == 1 else 's'} differ{'s' if count == 1 else ''}"
        return PulledSource(source_id, "changed", f"{what}; the version before is served", added)

    def _check_language(self, source_id: str, record: OriginalRecord, fetched: FetchedDocument) -> None:
        held = self.documents.folder.original(source_id, f"{record.sha256}.html")
        before = read_page_head(held.read_bytes(), "").language if held.is_file() else ""
        if before and fetched.language and before != fetched.language:
            raise FetchError(
                "type",
                f"{record.origin[:200]!r} serves language {fetched.language!r} now, and served {before!r} before.",
                "Look at the address in a browser, and add the version you want as a file.",
            )

    def _keep_corrections(self, source_id: str) -> CardDetails:
        """A draft that was never served holds the only copy of what people have said of it."""
        folder = self.documents.folder
        if folder.served(source_id).is_file():
            return CardDetails(id=source_id)
        card = read_fields(folder.draft(source_id))
        licence = next((name for name, words in LICENCES.items() if words == card.get("licence")), None)
        return CardDetails(id=source_id, licence=licence, **{name: card.get(name, "") for name in _CARD_FIELDS})


def describe_origin(origin: str, fetched: FetchedDocument, details: CardDetails) -> CardDetails:
    """Fills in evidence and licence where the kind of record tells them, and nobody has said otherwise."""
    identifier = read_identifier(origin)
    is_open = fetched.licence.upper().removesuffix(" 4.0") in _OPEN
    return replace(
        details,
        evidence=details.evidence or (_EVIDENCE[identifier.kind] if identifier else ""),
        licence=details.licence or ("open" if is_open else None),
    )


def add_fetched(library: DocumentLibrary, fetched: FetchedDocument, origin: str, details: CardDetails) -> AddedDocument:
    """Adds what was fetched, with what its server or registry says of it. Raises UserError."""
    day = fetched.updated or fetched.published
    told = DocumentOrigin(
        origin,
        fetched.etag,
        fetched.last_modified,
        fetched.url,
        fetched.title if read_identifier(origin) else "",  # that of a page ends with the name of its site
        fetched.publisher,
        fetched.published.isoformat() if fetched.published else "",
        fetched.doi,
    )
    known = replace(details, as_of=details.as_of or (day.isoformat() if day else ""))
    return library.add_document(fetched.data, fetched.media_type, told, known)
