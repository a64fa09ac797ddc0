"""A console over a corpus folder of its own, whose documents are read in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from httpx import Response

from isletbot.console.document_adding_pages import DraftBackend, make_adding_pages
from isletbot.console.draft_pages import make_draft_pages
from isletbot.documents.add_document import AddedDocument, DocumentLibrary, DocumentOrigin
from isletbot.documents.card import CardDetails
from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.documents.difference import compare_draft
from isletbot.documents.draft_desk import DraftDesk
from isletbot.ingestion.load import load_corpus
from isletbot.live.source_decisions import SourceDecisions
from tests.builders import ANSWERS, a_corpus
from tests.console.people import Person, Workplace, a_workplace
from tests.documents.making import NOW, a_library, as_html

CARD = {
    "title": "The Lumen study",
    "publisher": "Example Clinic",
    "published": "2026-05-01",
    "url": "https://clinic.example/lumen",
    "licence": "own",
}
DRAFT = "/staff/sources/drafts/lumen"


@dataclass
class DraftPlace:
    folder: CorpusFolder
    pulled: list[str] = field(default_factory=list)
    place: Workplace = field(init=False)
    desk: DraftDesk = field(init=False)

    def person(self, name: str, role: str) -> Person:
        return self.place.person(name, role)  # type: ignore[arg-type]

    def approve(self, source_id: str, why: str, accepted: Sequence[str], who: str, seen: str) -> None:
        decisions = SourceDecisions(self.folder.path, self.place.records.database, lambda: NOW, who)
        decisions.approve(source_id, why, lambda: None, accepted, None, seen)

    def pull(self, source_id: str, who: str) -> tuple[str, str]:
        self.pulled.append(f"{who} {source_id}")
        return "unchanged", "as it was"


def fetch_leaflet(library: DocumentLibrary, origin: str, details: CardDetails) -> AddedDocument:
    return library.add_document(as_html(), "text/html", DocumentOrigin(origin), details)


def a_draft_place(tmp_path: Path) -> DraftPlace:
    folder = CorpusFolder(a_corpus(tmp_path, ANSWERS))
    made = DraftPlace(folder)
    made.desk = DraftDesk(
        documents=a_library(folder.path),
        fetch=fetch_leaflet,
        load_corpus=lambda: load_corpus(folder.path),
        compare=lambda source_id: compare_draft(folder, source_id, load_corpus(folder.path), tmp_path),
        approve_draft=made.approve,
    )
    backend = DraftBackend(lambda: made.desk, lambda: (("paper", "The paper"),), made.pull)
    made.place = a_workplace(tmp_path / "data", (make_adding_pages(backend), make_draft_pages(backend)))
    return made


def upload(person: Person, data: bytes, name: str, **fields: str) -> Response:
    """Sends the form with a file, as a browser does, and follows where it leads."""
    person.get("/staff/sources/add/file")
    given = {"form_token": person.form_token, **CARD, **fields}
    reply = person.browser.post("/staff/sources/add/file", data=given, files={"file": (name, data)})
    return person.get(reply.headers["location"]) if reply.is_redirect else reply


def add_text(person: Person, text: str, **fields: str) -> Response:
    person.get("/staff/sources/add/text")
    return person.post("/staff/sources/add/text", text=text, **{**CARD, **fields})
