"""The sources: their cards, versions and differences, what cites them; taken out of every reply, and taken back in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.curation.queue import Queue, Wanted
from isletbot.curation.source_watch import FindCiting, SourceWatch
from isletbot.curation.sources import Decision, Sources, Version, compare_texts, read_statements
from isletbot.errors import InputError
from isletbot.ports import PassageIndex
from isletbot.types import Passage, Source

LIST = "/staff/sources"
_MOST_WANTED = 50
Standing = Literal["approved", "withdrawn", "gone"]


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """What the pages work with; wiring fills it."""

    sources: Sources
    index: Callable[[], PassageIndex]
    """The whole of it, withdrawn sources too."""
    watch: SourceWatch
    find_citing: FindCiting
    apply: Callable[[], None]
    """Makes this server follow a decision at once; others follow by themselves."""
    queue: Queue


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as a page shows it."""

    source: Source
    standing: Standing
    """`gone`: an earlier index held it."""
    decision: Decision | None
    overdue: bool
    statements: tuple[Passage, ...]
    versions: tuple[Version, ...] = ()


def make_source_pages(desk: SourceDesk) -> Pages:
    pages = Pages(menu=(MenuEntry("Sources", LIST, "viewer", "Work", 40),))
    pages.get("/sources", needs="viewer")(lambda visit: list_sources(desk, visit))
    pages.get("/sources/{source}", needs="viewer")(lambda visit: show_source(desk, visit))
    pages.get("/sources/{source}/differences", needs="viewer")(lambda visit: show_differences(desk, visit))
    pages.post("/sources/{source}/withdraw", needs="approver")(lambda visit: decide(desk, visit, withdraw=True))
    pages.post("/sources/{source}/approve", needs="approver")(lambda visit: decide(desk, visit, withdraw=False))
    return pages


def list_sources(desk: SourceDesk, visit: Visit) -> Response:
    visit.write_down("source.listed")
    shown = find_all(desk, visit.house.now().date())
    due = next((one for one in shown if one.overdue and one.standing == "approved"), None)
    step = NextStep("Look at the queue", "/staff/queue")
    if due:
        step = NextStep(f"Review {due.source.title[:60]}, which is overdue", _path(due.source.id))
    requested = desk.queue.list_groups(Wanted(source_wanted=True), visit.house.now(), _MOST_WANTED)
    return visit.render("sources/list.html", step, shown=shown, requested=requested)


def find_all(desk: SourceDesk, today: date) -> tuple[Shown, ...]:
    """Those that the index holds, then those that an earlier one held."""
    index, decisions = desk.index(), desk.sources.list_decisions()
    held = {source.id for source in index.sources}
    gone = [version.source for version in desk.sources.list_latest() if version.source.id not in held]
    statements: dict[str, list[Passage]] = {}
    for passage in index.everything():
        statements.setdefault(passage.source.id, []).append(passage)

    def describe(source: Source) -> Shown:
        decision = decisions.get(source.id)
        withdrawn = decision is not None and decision.state == "withdrawn"
        standing: Standing = "gone" if source.id not in held else "withdrawn" if withdrawn else "approved"
        told = tuple(statements.get(source.id, ()))
        return Shown(source, standing, decision, source.review_due < today, told)

    return tuple(describe(source) for source in (*index.sources, *gone))


def find_one(desk: SourceDesk, visit: Visit) -> Shown:
    """Raises InputError."""
    wanted = visit.of_path("source")
    for shown in find_all(desk, visit.house.now().date()):
        if shown.source.id == wanted:
            return shown
    raise InputError(f"There is no source {wanted[:80]!r}.", remedy="See the list of sources.")


def show_source(desk: SourceDesk, visit: Visit) -> Response:
    shown = find_one(desk, visit)
    visit.write_down("source.seen", shown.source.id)
    return _render(desk, visit, shown)


def _render(desk: SourceDesk, visit: Visit, shown: Shown, problem: str = "", status: int = 200) -> Response:
    versions = desk.sources.list_versions(shown.source.id)
    text = desk.index().source_text(shown.source.id) or (versions[0].text if versions else "")
    step = NextStep("Look at what the queue says about sources", "/staff/queue?kind=source")
    if len(versions) > 1:
        step = NextStep("See what the last version changed", f"{_path(shown.source.id)}/differences")
    return visit.render(
        "sources/one.html",
        step,
        status,
        shown=shown,
        versions=versions,
        citing=desk.find_citing(shown.source.id, tuple(read_statements(text))),
        corrected=_find_dependent(desk.index(), shown.source.id),
        why=visit.form.raw("why")[:500],
        problem=problem,
    )


def _find_dependent(index: PassageIndex, source_id: str) -> Sequence[Passage]:
    """Statements of other sources that a statement of this one corrects."""
    own = {passage.key for passage in index.everything() if passage.source.id == source_id}
    others = (passage for passage in index.everything() if passage.source.id != source_id)
    return tuple(passage for passage in others if own.intersection(passage.corrected_by))


def show_differences(desk: SourceDesk, visit: Visit) -> Response:
    shown = find_one(desk, visit)
    versions = desk.sources.list_versions(shown.source.id)
    if len(versions) < 2:
        raise InputError("There is one version of this source so far.", remedy="Go back to the source.")
    by_name = {version.source.version: version for version in versions}
    after = by_name.get(visit.query("to"), versions[0])
    before = by_name.get(visit.query("from"), next(one for one in versions if one != after))
    visit.write_down("source.compared", shown.source.id, f"{before.source.version} and {after.source.version}")
    lines = compare_texts(before.text, after.text)
    step = NextStep("Look at what it touches", f"/staff/queue?kind=source&words={quote(shown.source.title[:60])}")
    page = "sources/differences.html"
    return visit.render(page, step, shown=shown, versions=versions, before=before, after=after, lines=lines)


def decide(desk: SourceDesk, visit: Visit, *, withdraw: bool) -> Response:
    shown = find_one(desk, visit)
    try:
        why = visit.form.text("why", most=500, least=5)
    except InputError as error:
        return _render(desk, visit, shown, str(error), 422)
    source, now = shown.source, visit.house.now()
    decision = Decision(source.id, "withdrawn" if withdraw else "approved", visit.account.name, now, why)
    with visit.change(f"source.{decision.state}", source.id, why):
        desk.sources.decide(decision)
        if withdraw:
            desk.watch.report_withdrawn(source, desk.index().source_text(source.id), why)
    desk.apply()
    note = "It is out of every reply." if withdraw else "It may be cited again."
    return visit.redirect(_path(source.id), f"{note} Other servers follow within seconds.")


def _path(source_id: str) -> str:
    return f"{LIST}/{quote(source_id)}"
