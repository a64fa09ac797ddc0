"""Staff read sources, compare their versions and see what cites them; an approver withdraws a source or approves it
again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.source_reviews import list_overdue, list_source_work, read_review
from isletbot.curation.queue import QueueFilter, StaffQueue
from isletbot.curation.source_watch import FindCiting, SourceWatch
from isletbot.curation.sources import (
    SourceDecision,
    SourceReview,
    Sources,
    SourceVersion,
    compare_texts,
    find_review_due,
    read_statements,
)
from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.ports import PassageIndex
from isletbot.types import Passage, Source

LIST = "/staff/sources"
_MOST_WANTED = 50
_A_YEAR = timedelta(days=365)
SourceState = Literal["approved", "withdrawn", "gone"]


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class SourceOrigin:
    """Where a source came from, and when that was last looked at."""

    words: str
    can_be_fetched: bool
    checked_at: datetime | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SourceBackend:
    """The stores and functions that these pages use; wiring fills it."""

    sources: Sources
    index: Callable[[], PassageIndex]
    """Returns the whole index, withdrawn sources included."""
    watch: SourceWatch
    find_citing: FindCiting
    apply: Callable[[], None]
    """Applies a decision to this server at once; other servers follow by themselves."""
    queue: StaffQueue
    list_drafts: Callable[[], Sequence[WaitingDraft]] = tuple
    find_origin: Callable[[str], SourceOrigin | None] = field(default=lambda _source_id: None)


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source with its state and statements, as the pages show it."""

    source: Source
    standing: SourceState
    """`gone` means that only an earlier index held it."""
    decision: SourceDecision | None
    overdue: bool
    statements: tuple[Passage, ...]
    review: SourceReview | None = None
    """The review that moved its day, when there was one."""
    versions: tuple[SourceVersion, ...] = ()


def make_source_pages(backend: SourceBackend) -> PageRouter:
    def show_again(request: StaffRequest, problem: str, status: int) -> Response:
        return _render_source(backend, request, find_source(backend, request), problem, status)

    menu = MenuEntry(
        "Sources",
        LIST,
        "viewer",
        "Work",
        40,
        lambda now: len(list_overdue(backend.sources, backend.index(), now.date())),
    )
    router = PageRouter(
        menu=(menu,), work=(lambda request: list_source_work(backend.sources, backend.index(), request),)
    )
    router.get("/sources", needs="viewer")(lambda request: list_sources(backend, request))
    router.get("/sources/{source}", needs="viewer")(lambda request: show_source(backend, request))
    router.get("/sources/{source}/differences", needs="viewer")(lambda request: show_differences(backend, request))
    router.post("/sources/{source}/reviewed", needs="approver", show_again=show_again)(
        lambda request: keep_review(backend, request)
    )
    router.post("/sources/{source}/withdraw", needs="approver", show_again=show_again)(
        lambda request: decide_source(backend, request, withdraw=True)
    )
    router.post("/sources/{source}/approve", needs="approver", show_again=show_again)(
        lambda request: decide_source(backend, request, withdraw=False)
    )
    return router


def list_sources(backend: SourceBackend, request: StaffRequest) -> Response:
    request.log_action("source.listed")
    shown = list_all_sources(backend, request.context.now().date())
    due = next((one for one in shown if one.overdue and one.standing == "approved"), None)
    next_action = NextAction("Look at the queue", "/staff/queue")
    if due:
        next_action = NextAction(f"Review {due.source.title[:60]}, which is overdue", _make_path(due.source.id))
    requested = backend.queue.list_groups(QueueFilter(source_wanted=True), request.context.now(), _MOST_WANTED)
    return request.render(
        "sources/list.html", next_action, shown=shown, requested=requested, drafts=backend.list_drafts()
    )


def list_all_sources(backend: SourceBackend, today: date) -> tuple[ListedSource, ...]:
    """Lists the sources of the index, then those that only an earlier index held."""
    index, decisions, reviews = backend.index(), backend.sources.list_decisions(), backend.sources.list_reviews()
    held = {source.id for source in index.sources}
    gone = [version.source for version in backend.sources.list_latest() if version.source.id not in held]
    statements: dict[str, list[Passage]] = {}
    for passage in index.everything():
        statements.setdefault(passage.source.id, []).append(passage)

    def describe(source: Source) -> ListedSource:
        decision = decisions.get(source.id)
        withdrawn = decision is not None and decision.state == "withdrawn"
        standing: SourceState = "gone" if source.id not in held else "withdrawn" if withdrawn else "approved"
        told, due = tuple(statements.get(source.id, ())), find_review_due(source, reviews)
        review = reviews.get(source.id) if due != source.review_due else None
        return ListedSource(replace(source, review_due=due), standing, decision, due < today, told, review)

    return tuple(describe(source) for source in (*index.sources, *gone))


def find_source(backend: SourceBackend, request: StaffRequest) -> ListedSource:
    """Returns the source that the path names. Raises InputError."""
    wanted = request.path_param("source")
    for shown in list_all_sources(backend, request.context.now().date()):
        if shown.source.id == wanted:
            return shown
    raise InputError(f"There is no source {wanted[:80]!r}.", remedy="See the list of sources.")


def show_source(backend: SourceBackend, request: StaffRequest) -> Response:
    shown = find_source(backend, request)
    request.log_action("source.seen", shown.source.id)
    return _render_source(backend, request, shown)


def _render_source(
    backend: SourceBackend, request: StaffRequest, shown: ListedSource, problem: str = "", status: int = 200
) -> Response:
    versions = backend.sources.list_versions(shown.source.id)
    text = backend.index().source_text(shown.source.id) or (versions[0].text if versions else "")
    next_action = NextAction("Look at what the queue says about sources", "/staff/queue?kind=source")
    if len(versions) > 1:
        next_action = NextAction("See what the last version changed", f"{_make_path(shown.source.id)}/differences")
    return request.render(
        "sources/one.html",
        next_action,
        status,
        shown=shown,
        versions=versions,
        citing=backend.find_citing(shown.source.id, tuple(read_statements(text))),
        corrected=_find_dependent(backend.index(), shown.source.id),
        origin=backend.find_origin(shown.source.id),
        draft=next((one for one in backend.list_drafts() if one.id == shown.source.id), None),
        why=request.form.raw("why")[:500],
        next_review=request.form.raw("review_due")[:10] or (request.context.now() + _A_YEAR).date().isoformat(),
        problem=problem,
    )


def _find_dependent(index: PassageIndex, source_id: str) -> Sequence[Passage]:
    """Finds statements of other sources that a statement of this source corrects."""
    own = {passage.key for passage in index.everything() if passage.source.id == source_id}
    others = (passage for passage in index.everything() if passage.source.id != source_id)
    return tuple(passage for passage in others if own.intersection(passage.corrected_by))


def show_differences(backend: SourceBackend, request: StaffRequest) -> Response:
    shown = find_source(backend, request)
    versions = backend.sources.list_versions(shown.source.id)
    if len(versions) < 2:
        raise InputError("There is one version of this source so far.", remedy="Go back to the source.")
    by_name = {version.source.version: version for version in versions}
    after = by_name.get(request.query("to"), versions[0])
    before = by_name.get(request.query("from"), next(one for one in versions if one != after))
    request.log_action("source.compared", shown.source.id, f"{before.source.version} and {after.source.version}")
    lines = compare_texts(before.text, after.text)
    next_action = NextAction(
        "Look at what it touches", f"/staff/queue?kind=source&words={quote(shown.source.title[:60])}"
    )
    page = "sources/differences.html"
    return request.render(page, next_action, shown=shown, versions=versions, before=before, after=after, lines=lines)


def decide_source(backend: SourceBackend, request: StaffRequest, *, withdraw: bool) -> Response:
    shown = find_source(backend, request)
    with check_form():
        why = request.form.text("why", most=500, least=5)
    source, now = shown.source, request.context.now()
    decision = SourceDecision(source.id, "withdrawn" if withdraw else "approved", request.account.name, now, why)
    with request.audited_change(f"source.{decision.state}", source.id, why):
        backend.sources.decide(decision)
        if withdraw:
            backend.watch.report_withdrawn(source, backend.index().source_text(source.id), why)
    backend.apply()
    note = "It is out of every reply." if withdraw else "It may be cited again."
    return request.redirect(_make_path(source.id), f"{note} Other servers follow within seconds.")


def keep_review(backend: SourceBackend, request: StaffRequest) -> Response:
    """Stores that a person found the source to be right still, and when it is looked at again."""
    source = find_source(backend, request).source
    review = read_review(request, source)
    due = write_date(review.review_due)
    with request.audited_change("source.reviewed", source.id, f"next review on {due}: {review.why}"):
        backend.sources.keep_review(review)
    backend.apply()
    return request.redirect(_make_path(source.id), f"Still right. The next review is due on {due}.")


def _make_path(source_id: str) -> str:
    return f"{LIST}/{quote(source_id)}"
