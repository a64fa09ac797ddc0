"""The queue shows questions that the bot did not answer well, and changes to what its answers rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast, get_args
from urllib.parse import urlencode

from starlette.responses import Response

from isletbot.console.labels import KINDS as REPLY_KINDS
from isletbot.console.queue_labels import LIST, WORDS
from isletbot.console.regression_cases import RegressionCaseFile
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.sentence_editor import add_blank_rows
from isletbot.console.traces import FindPassages, TraceView, read_trace
from isletbot.console.work_lists import tell_wait
from isletbot.curation.conversation_review import ReviewedExchange
from isletbot.curation.queue import (
    CASE_KINDS,
    KINDS,
    GroupState,
    ItemKind,
    QueueFilter,
    QueueGroup,
    QueueItem,
    StaffQueue,
)
from isletbot.errors import InputError

_ON_A_PAGE = 30
_MOST_ITEMS = 100
_MOST_REPLIES = 3
"""Replies that the page of a group shows whole, the gravest first."""
_REVIEW_AFTER = timedelta(days=365)
STATES = ("waiting", *get_args(GroupState), "any")


@dataclass(frozen=True, slots=True)
class QueueBackend:
    """The stores that these pages use; wiring fills it."""

    queue: StaffQueue
    cases: RegressionCaseFile
    find_reply: Callable[[str], ReviewedExchange | None] = lambda _id: None
    """Finds the stored reply that an item is about."""
    find_passages: FindPassages = lambda _keys: ()


def list_queue(backend: QueueBackend, request: StaffRequest) -> Response:
    filters, now = read_queue_filter(request), request.context.now()
    page = min(int(request.query("page")), 10_000) if request.query("page").isdecimal() else 0
    found = backend.queue.list_groups(filters, now, _ON_A_PAGE + 1, page * _ON_A_PAGE)
    shown, has_more = found[:_ON_A_PAGE], len(found) > _ON_A_PAGE
    count = backend.queue.count_groups(filters, now) if page or has_more else len(shown)
    query = {name: request.query(name) for name in ("state", "kind", "mine", "source", "words") if request.query(name)}
    request.log_action("queue.listed", detail=urlencode({**query, **({"words": "…"} if "words" in query else {})}))
    next_action = NextAction("Look at the sources", "/staff/sources")
    if shown:
        next_action = NextAction(f"Begin with “{shown[0].title[:80]}”", f"{LIST}/{shown[0].id}")
    return request.render(
        "queue/list.html",
        next_action,
        groups=shown,
        count=count,
        query=query,
        states=STATES,
        words=WORDS,
        now=now,
        tell_wait=tell_wait,
        newer=f"{LIST}?{urlencode({**query, 'page': page - 1})}" if page else "",
        older=f"{LIST}?{urlencode({**query, 'page': page + 1})}" if has_more else "",
    )


def read_queue_filter(request: StaffRequest) -> QueueFilter:
    """Reads the filter from the query of the address. Raises InputError."""
    state, kind = request.query("state") or "waiting", request.query("kind")
    if state not in STATES or kind not in ("", *KINDS):
        raise InputError("There is no such state or kind.", remedy="Choose one in the list.")
    return QueueFilter(
        state=cast("GroupState", "" if state == "any" else state),
        kind=cast("ItemKind", kind),
        assignee=request.account.name if request.query("mine") else "",
        words=request.query("words").strip()[:200],
        source_wanted=bool(request.query("source")),
    )


def find_group(backend: QueueBackend, request: StaffRequest) -> QueueGroup:
    """Returns the group that the path names. Raises InputError."""
    group = backend.queue.find_group(request.path_param("group"), request.context.now())
    if group is None:
        raise InputError("There is no such group.", remedy="What it held was deleted, or it never was. See the queue.")
    return group


def show_group(backend: QueueBackend, request: StaffRequest) -> Response:
    group = find_group(backend, request)
    request.log_action("queue.seen", group.id)
    return render_group(backend, request, group)


def render_group(
    backend: QueueBackend, request: StaffRequest, group: QueueGroup, problem: str = "", status: int = 200
) -> Response:
    items = backend.queue.list_items(group.id, _MOST_ITEMS)
    about, _, subject = group.topic.partition(":")
    answer_path = f"/staff/answers/new?{urlencode({'ask': group.title, 'group': group.id})}"
    return request.render(
        "queue/group.html",
        _choose_next_action(group, about, subject, answer_path, request),
        status,
        group=group,
        about=about,
        subject=subject,
        items=items,
        replies=read_replies(backend, items),
        reply_kinds=REPLY_KINDS,
        blank=add_blank_rows(()),
        review_due=(request.context.now() + _REVIEW_AFTER).date().isoformat(),
        waits=tell_wait(group.first_at, request.context.now()) if group.first_at and about == "handoff" else "",
        notes=backend.queue.list_notes(group.id),
        cases=backend.queue.list_cases(group.id),
        people=[account.name for account in request.context.staff.list_accounts() if not account.disabled],
        answer_path=answer_path,
        case_kinds=CASE_KINDS,
        cases_path=backend.cases.path,
        words=WORDS,
        typed={name: request.form.raw(name) for name in ("note", "source_wanted", "question", "must", "kind", "why")},
        problem=problem,
    )


def read_replies(backend: QueueBackend, items: Sequence[QueueItem]) -> tuple[tuple[ReviewedExchange, TraceView], ...]:
    """Returns the first replies that the items are about, each with how it came about."""
    found = (
        backend.find_reply(answer_id) for answer_id in dict.fromkeys(item.answer_id for item in items) if answer_id
    )
    kept = [reply for reply in found if reply][:_MOST_REPLIES]
    return tuple((reply, read_trace(reply.reply, backend.find_passages)) for reply in kept)


def _choose_next_action(
    group: QueueGroup, about: str, subject: str, answer_path: str, request: StaffRequest
) -> NextAction:
    if group.state == "closed" or not request.may("editor"):
        return NextAction("Go back to the queue", LIST)
    if about == "source":
        return NextAction("Look at the source", f"/staff/sources/{subject}")
    if about == "answer" or group.answer_id:
        return NextAction("Look at the approved answer", f"/staff/answers/{subject or group.answer_id}")
    if about == "handoff":
        return NextAction("Go back to the queue", LIST)
    return NextAction("Write an approved answer", answer_path)
