"""Staff read a draft beside its original, correct it and accept what was found; a second person approves it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.document_adding_pages import DRAFTS, EVIDENCE, LICENCES, DraftBackend, read_line
from isletbot.console.form_errors import check_form, tell_in_words
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.errors import InputError

if TYPE_CHECKING:
    from isletbot.documents.card import DocumentLicence
    from isletbot.documents.document_findings import DocumentFinding
    from isletbot.documents.draft_desk import DraftReview
    from isletbot.documents.draft_notes import FindingAcceptance
    from isletbot.documents.draft_text import DraftStatement

_CARD_FIELDS = ("title", "publisher", "evidence", "published", "as_of", "review_due", "url", "doi")
_PLACE = re.compile(r"drafts/[\w-]+\.md:(?P<line>\d+)(?:, )?")
"""Matches the part of a finding's place that only somebody with the file can use."""
_CALLED = {"published": "published on", "as_of": "the day it speaks for", "url": "where people can read it"}
_MOST_CASES = 10


@dataclass(frozen=True, slots=True)
class ShownFinding:
    finding: DocumentFinding
    place: str
    anchor: str
    """The statement that it is about; empty where it is about none."""
    acceptance: FindingAcceptance | None

    @property
    def can_be_accepted(self) -> bool:
        return self.finding.remedied in ("accept", "either") and self.acceptance is None


def make_draft_pages(backend: DraftBackend) -> PageRouter:
    def show_again(request: StaffRequest, problem: str, status: int) -> Response:
        return _render_draft(request, find_draft(backend, request), problem, status)

    def show_statement_again(request: StaffRequest, problem: str, status: int) -> Response:
        return show_statement(backend, request, problem, status)

    router = PageRouter()
    one = "/sources/drafts/{draft}"
    router.get(one, needs="viewer")(lambda request: show_draft(backend, request))
    router.get(f"{one}/statements/{{anchor}}", needs="editor")(lambda request: show_statement(backend, request))
    router.post(f"{one}/statements/{{anchor}}", needs="editor", show_again=show_statement_again)(
        lambda request: correct_statement(backend, request)
    )
    router.post(f"{one}/card", needs="editor", show_again=show_again)(lambda request: correct_card(backend, request))
    router.post(f"{one}/accept", needs="approver", show_again=show_again)(lambda request: accept(backend, request))
    router.post(f"{one}/approve", needs="approver", show_again=show_again)(lambda request: approve(backend, request))
    router.post(f"{one}/discard", needs="editor", show_again=show_again)(lambda request: discard(backend, request))
    router.post("/sources/{source}/pull", needs="editor")(lambda request: pull(backend, request))
    return router


def find_draft(backend: DraftBackend, request: StaffRequest) -> DraftReview:
    """Raises InputError where there is none."""
    with tell_in_words():
        return backend.desk().review(request.path_param("draft"))


def show_draft(backend: DraftBackend, request: StaffRequest) -> Response:
    review = find_draft(backend, request)
    request.log_action("draft.seen", review.id)
    return _render_draft(request, review)


def _render_draft(request: StaffRequest, review: DraftReview, problem: str = "", status: int = 200) -> Response:
    typed = {name: request.form.raw(name) or review.text.card.get(name, "") for name in _CARD_FIELDS}
    return request.render(
        "sources/draft.html",
        _choose_next_action(request, review),
        status,
        review=review,
        path=_make_path(review.id),
        typed=typed,
        licence=request.form.raw("licence") or review.text.licence,
        licences=LICENCES,
        evidence=EVIDENCE,
        missing=[_CALLED.get(name, name) for name in review.missing],
        findings=tuple(_list_findings(review)),
        is_author=request.account.name in review.notes.authors,
        why=request.form.raw("why")[:500],
        most_cases=_MOST_CASES,
        problem=problem,
    )


def _list_findings(review: DraftReview) -> Iterator[ShownFinding]:
    anchors = {statement.line: statement.anchor for statement in review.text.statements}
    for finding in review.findings:
        found = _PLACE.match(finding.place)
        place = finding.place[found.end() :] if found else finding.place
        anchor = anchors.get(int(found["line"]), "") if found else ""
        yield ShownFinding(finding, place, anchor, review.accepted.get(finding.id))


def _choose_next_action(request: StaffRequest, review: DraftReview) -> NextAction:
    path = _make_path(review.id)
    if review.missing:
        return NextAction("Fill in what the document does not tell", f"{path}#card")
    if request.may("editor") and (waiting := find_waiting(review)):
        return NextAction("Say the next statement in your own words", _make_statement_path(review.id, waiting.anchor))
    if review.holding:
        return NextAction("Look at what was found", f"{path}#findings")
    if request.may("approver") and request.account.name not in review.notes.authors:
        return NextAction("Compare it with the original, then approve it", f"{path}#approve")
    return NextAction("Ask a second person to approve it; back to the sources", "/staff/sources")


def find_waiting(review: DraftReview) -> DraftStatement | None:
    """The first statement that nobody has yet said in their own words."""
    return next((one for one in review.text.statements if one.proposed), None)


def show_statement(backend: DraftBackend, request: StaffRequest, problem: str = "", status: int = 200) -> Response:
    review, anchor = find_draft(backend, request), request.path_param("anchor")
    statement = next((one for one in review.text.statements if one.anchor == anchor), None)
    if statement is None:
        raise InputError(f"There is no statement {anchor[:80]!r} in this draft.", remedy="Go back to the draft.")
    return request.render(
        "sources/draft_statement.html",
        NextAction("Back to the draft", _make_path(review.id)),
        status,
        review=review,
        path=_make_path(review.id),
        statement=statement,
        typed=request.form.raw("words")[:2_000] or statement.text,
        waiting=sum(one.proposed for one in review.text.statements),
        problem=problem,
    )


def correct_statement(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id, anchor = request.path_param("draft"), request.path_param("anchor")
    leaves_out = request.form.raw("action") == "leave_out"
    with check_form(), tell_in_words():
        words = "" if leaves_out else request.form.text("words", most=2_000, least=1)
        with request.audited_change("draft.edited", source_id, f"{anchor}{': left out' if leaves_out else ''}"):
            seen, who = request.form.raw("seen"), request.account.name
            backend.desk().correct_statement(source_id, anchor, words, seen, who)
    note = "Left out." if leaves_out else "Saved."
    if waiting := find_waiting(find_draft(backend, request)):
        return request.redirect(_make_statement_path(source_id, waiting.anchor), f"{note} Here is the next one.")
    return request.redirect(f"{_make_path(source_id)}#statements", note)


def correct_card(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id, licence = request.path_param("draft"), request.form.raw("licence")
    with check_form(), tell_in_words():
        changes = {name: read_line(request, name) for name in _CARD_FIELDS}
        if licence not in dict(LICENCES) or changes["evidence"] not in dict(EVIDENCE):
            raise InputError("The licence or the evidence is none of the list.", remedy="Choose one of the list.")
        with request.audited_change("draft.edited", source_id, "what it is"):
            told = cast("DocumentLicence", licence)
            backend.desk().correct_card(source_id, changes, told, request.account.name)
    return request.redirect(_make_path(source_id), "Saved.")


def accept(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id, finding = request.path_param("draft"), request.form.raw("finding")
    with check_form(), tell_in_words():
        why = request.form.text("why", most=500, least=5)
        with request.audited_change("draft.finding_accepted", source_id, f"{finding[:80]}: {why}"):
            backend.desk().accept(source_id, finding, why, request.account.name)
    return request.redirect(f"{_make_path(source_id)}#findings", "Accepted. It stands in the audit log.")


def approve(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id = request.path_param("draft")
    with check_form(), tell_in_words():
        why = request.form.text("why", most=500, least=5)
        backend.desk().approve(source_id, why, request.form.raw("seen"), request.account.name)
    return request.redirect(f"/staff/sources/{quote(source_id)}", "Approved: it is served. Other servers follow soon.")


def discard(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id = request.path_param("draft")
    with check_form(), tell_in_words():
        why = request.form.text("why", most=500, least=5)
        with request.audited_change("draft.discarded", source_id, why):
            backend.desk().discard(source_id)
    return request.redirect("/staff/sources", "Discarded. What is served did not change.")


def pull(backend: DraftBackend, request: StaffRequest) -> Response:
    source_id = request.path_param("source")
    with tell_in_words():
        outcome, words = backend.pull(source_id, request.account.name)
    request.log_action("source.pulled", source_id, outcome)
    if outcome == "changed":
        return request.redirect(_make_path(source_id), f"It has changed: {words}.")
    shown = "It is as it was." if outcome == "unchanged" else f"{outcome.capitalize()}: {words}"
    return request.redirect(f"/staff/sources/{quote(source_id)}", shown[:250])


def _make_path(source_id: str) -> str:
    return f"{DRAFTS}/{quote(source_id)}"


def _make_statement_path(source_id: str, anchor: str) -> str:
    return f"{_make_path(source_id)}/statements/{quote(anchor)}"
