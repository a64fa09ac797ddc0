"""Staff add a file, pasted text, an address or statements of their own to the sources. Each becomes a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.form_errors import check_form, tell_in_words
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.errors import InputError
from isletbot.types import EvidenceTier

if TYPE_CHECKING:
    from isletbot.documents.add_document import AddedDocument
    from isletbot.documents.card import CardDetails, DocumentLicence
    from isletbot.documents.draft_desk import DraftDesk

ADD = "/staff/sources/add"
DRAFTS = "/staff/sources/drafts"
LICENCES: Sequence[tuple[str, str]] = (
    ("closed", "Somebody else's: each statement is said in our own words"),
    ("open", "Openly licensed: its exact words are shown"),
    ("own", "Our own: its exact words are shown"),
)
EVIDENCE = tuple((tier, tier.replace("_", " ").capitalize()) for tier in get_args(EvidenceTier))
WAYS: Sequence[tuple[str, str]] = (
    ("file", "A file"),
    ("text", "Pasted text"),
    ("address", "An address or a number"),
    ("statements", "Statements of your own"),
)
_FIELDS = ("title", "publisher", "published", "url", "licence", "evidence", "id", "text", "origin", "statements")
_TO_LIST = NextAction("Back to the sources", "/staff/sources")
AddWay = Callable[["DraftDesk", StaffRequest, "CardDetails"], "AddedDocument"]


@dataclass(frozen=True, slots=True)
class DraftBackend:
    desk: Callable[[], DraftDesk]
    """Raises InputError where the packages that read documents are not installed."""
    list_sources: Callable[[], Sequence[tuple[str, str]]]
    """Lists id and title of what is served, for a new edition."""
    pull: Callable[[str, str], tuple[str, str]]
    """Fetches a source anew for an account, and returns the outcome and what happened in words."""


def make_adding_pages(backend: DraftBackend) -> PageRouter:
    router = PageRouter()
    ways: dict[str, AddWay] = {
        "file": _add_file,
        "text": _add_text,
        "address": _add_address,
        "statements": _add_statements,
    }
    for name, add in ways.items():
        _list_way(router, backend, name, add)
    return router


def _list_way(router: PageRouter, backend: DraftBackend, way: str, add: AddWay) -> None:
    def show_again(request: StaffRequest, problem: str, status: int) -> Response:
        return _show_form(backend, request, way, problem, status)

    router.get(f"/sources/add/{way}", needs="editor")(lambda request: _show_form(backend, request, way))
    router.post(f"/sources/add/{way}", needs="editor", show_again=show_again, takes_file=way == "file")(
        lambda request: add_document(backend, request, way, add)
    )


def _show_form(
    backend: DraftBackend, request: StaffRequest, way: str, problem: str = "", status: int = 200
) -> Response:
    typed = {name: request.form.raw(name)[:200_000] for name in _FIELDS}
    typed["id"] = typed["id"] or request.query("id")
    return request.render(
        "sources/add.html",
        _TO_LIST,
        status,
        way=way,
        ways=WAYS,
        typed=typed,
        sources=(
            ("", "A new source"),
            *((name, f"A new edition of: {title}") for name, title in backend.list_sources()),
        ),
        licences=LICENCES,
        evidence=(("", "As the document tells, else clinic article"), *EVIDENCE),
        problem=problem,
    )


def add_document(backend: DraftBackend, request: StaffRequest, way: str, add: AddWay) -> Response:
    with check_form(), tell_in_words():
        desk = backend.desk()
        added = add(desk, request, _read_details(request, own=way == "statements"))
    if added.addition == "same":
        place = f"{DRAFTS}/{quote(added.id)}" if "drafts" in added.draft.parts else f"/staff/sources/{quote(added.id)}"
        return request.redirect(place, "This very document is here already. Nothing was added.")
    request.log_action("source.added", added.id, f"{way}, {added.statements} statements")
    note = f"Added as a draft, statements: {added.statements}. Nothing of it is served before it is approved."
    return request.redirect(f"{DRAFTS}/{quote(added.id)}", note)


def _read_details(request: StaffRequest, *, own: bool) -> CardDetails:
    from isletbot.documents.card import CardDetails

    told = {name: read_line(request, name) for name in ("title", "publisher", "published", "url", "id")}
    evidence = request.form.raw("evidence")
    licence = "own" if own else request.form.raw("licence") or "closed"
    if licence not in dict(LICENCES) or evidence not in ("", *dict(EVIDENCE)):
        raise InputError("The licence or the evidence is none of the list.", remedy="Choose one of the list.")
    return CardDetails(**told, evidence=evidence, licence=cast("DocumentLicence", licence))


def read_line(request: StaffRequest, name: str, least: int = 0) -> str:
    """A field of one line. Raises InputError when its length is wrong."""
    return " ".join(request.form.text(name, most=500, least=least).split())


def _add_file(desk: DraftDesk, request: StaffRequest, details: CardDetails) -> AddedDocument:
    sent = request.form.file
    if sent is None or not sent.name:
        raise InputError("No file was chosen.", remedy="Choose the file again, then send the form.")
    suffix = PurePath(sent.name).suffix
    return desk.add_file(sent.content.read(), suffix, sent.name, details, request.account.name)


def _add_text(desk: DraftDesk, request: StaffRequest, details: CardDetails) -> AddedDocument:
    text = request.form.text("text", most=200_000, least=20)
    return desk.add_text(text, details, request.account.name)


def _add_address(desk: DraftDesk, request: StaffRequest, details: CardDetails) -> AddedDocument:
    return desk.add_origin(read_line(request, "origin", least=4), details, request.account.name)


def _add_statements(desk: DraftDesk, request: StaffRequest, details: CardDetails) -> AddedDocument:
    from isletbot.documents.own_statements import split_lines

    for name in ("title", "publisher", "published", "url"):
        read_line(request, name, least=3)
    lines = split_lines(request.form.text("statements", most=100_000))
    return desk.add_statements(lines, details, request.account.name)
