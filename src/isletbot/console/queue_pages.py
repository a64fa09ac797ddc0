"""The queue: what people asked that the bot did not answer well, and what changed under its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.case_file import CaseFile
from isletbot.console.look import NextStep
from isletbot.console.visit import Visit
from isletbot.curation.queue import CASE_KINDS, KINDS, Group, ItemKind, Queue, State, Wanted
from isletbot.errors import InputError

LIST = "/staff/queue"
_ON_A_PAGE = 30
_MOST_ITEMS = 100
WORDS: dict[ItemKind, str] = {
    "unsafe": "marked unsafe",
    "wrong": "marked wrong",
    "declined": "declined",
    "unverified": "a sentence failed verification",
    "left": "an approved answer left",
    "source": "a source changed",
    "handoff": "waits for a person",
}
STATES = ("waiting", *get_args(State), "any")


@dataclass(frozen=True, slots=True)
class QueueDesk:
    """What the pages work with; wiring fills it."""

    queue: Queue
    cases: CaseFile


def list_queue(desk: QueueDesk, visit: Visit) -> Response:
    wanted, now = read_wanted(visit), visit.house.now()
    page = min(int(visit.query("page")), 10_000) if visit.query("page").isdecimal() else 0
    found = desk.queue.list_groups(wanted, now, _ON_A_PAGE + 1, page * _ON_A_PAGE)
    shown, has_more = found[:_ON_A_PAGE], len(found) > _ON_A_PAGE
    count = desk.queue.count_groups(wanted, now) if page or has_more else len(shown)
    asked = {name: visit.query(name) for name in ("state", "kind", "mine", "source", "words") if visit.query(name)}
    visit.write_down("queue.listed", detail=urlencode({**asked, **({"words": "…"} if "words" in asked else {})}))
    step = NextStep("Look at the sources", "/staff/sources")
    if shown:
        step = NextStep(f"Begin with “{shown[0].title[:80]}”", f"{LIST}/{shown[0].id}")
    return visit.render(
        "queue/list.html",
        step,
        groups=shown,
        count=count,
        asked=asked,
        states=STATES,
        words=WORDS,
        newer=f"{LIST}?{urlencode({**asked, 'page': page - 1})}" if page else "",
        older=f"{LIST}?{urlencode({**asked, 'page': page + 1})}" if has_more else "",
    )


def read_wanted(visit: Visit) -> Wanted:
    """Raises InputError."""
    state, kind = visit.query("state") or "waiting", visit.query("kind")
    if state not in STATES or kind not in ("", *KINDS):
        raise InputError("There is no such state or kind.", remedy="Choose one in the list.")
    return Wanted(
        state=cast("State", "" if state == "any" else state),
        kind=cast("ItemKind", kind),
        assignee=visit.account.name if visit.query("mine") else "",
        words=visit.query("words").strip()[:200],
        source_wanted=bool(visit.query("source")),
    )


def find_group(desk: QueueDesk, visit: Visit) -> Group:
    """Raises InputError."""
    group = desk.queue.find_group(visit.of_path("group"), visit.house.now())
    if group is None:
        raise InputError("There is no such group.", remedy="What it held was deleted, or it never was. See the queue.")
    return group


def show_group(desk: QueueDesk, visit: Visit) -> Response:
    group = find_group(desk, visit)
    visit.write_down("queue.seen", group.id)
    return render_group(desk, visit, group)


def render_group(desk: QueueDesk, visit: Visit, group: Group, problem: str = "", status: int = 200) -> Response:
    items = desk.queue.list_items(group.id, _MOST_ITEMS)
    about, _, subject = group.topic.partition(":")
    answer_path = f"/staff/answers/new?{urlencode({'ask': group.title, 'group': group.id})}"
    return visit.render(
        "queue/group.html",
        _find_next(group, about, subject, answer_path, visit),
        status,
        group=group,
        about=about,
        subject=subject,
        items=items,
        notes=desk.queue.list_notes(group.id),
        cases=desk.queue.list_cases(group.id),
        people=[account.name for account in visit.house.staff.list_accounts() if not account.disabled],
        answer_path=answer_path,
        case_kinds=CASE_KINDS,
        cases_path=desk.cases.path,
        words=WORDS,
        typed={name: visit.form.raw(name) for name in ("note", "source_wanted", "question", "must", "kind", "why")},
        problem=problem,
    )


def _find_next(group: Group, about: str, subject: str, answer_path: str, visit: Visit) -> NextStep:
    if group.state == "closed" or not visit.may("editor"):
        return NextStep("Go back to the queue", LIST)
    if about == "source":
        return NextStep("Look at the source", f"/staff/sources/{subject}")
    if about == "answer" or group.answer_id:
        return NextStep("Look at the approved answer", f"/staff/answers/{subject or group.answer_id}")
    if about == "handoff":
        return NextStep("Go back to the queue", LIST)
    return NextStep("Write an approved answer", answer_path)
