"""Staff work on a group of the queue. Each action and its row in the audit log are stored together or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.queue_labels import LIST
from isletbot.console.queue_pages import QueueBackend, find_group, list_queue, render_group, show_group
from isletbot.console.queue_work import count_queue, list_queue_work
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.queue import CASE_KINDS, EditConflict, GroupChange, GroupNote, GroupState, QueueGroup, StaffCase
from isletbot.errors import InputError

GroupAction = Callable[[QueueBackend, StaffRequest, QueueGroup], str]
"""Acts on the group and returns what it did. Raises InputError or EditConflict."""
_LONGEST_SNOOZE = 365
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOST_FACTS = 10


def make_queue_pages(backend: QueueBackend) -> PageRouter:
    queue = backend.queue
    menu = MenuEntry("Queue", LIST, "viewer", "Work", 20, lambda now: count_queue(queue, now))
    router = PageRouter(menu=(menu,), work=(lambda request: list_queue_work(queue, request),))
    router.get("/queue", needs="viewer")(lambda request: list_queue(backend, request))
    router.get("/queue/{group}", needs="viewer")(lambda request: show_group(backend, request))

    def show_again(request: StaffRequest, problem: str, status: int) -> Response:
        return render_group(backend, request, find_group(backend, request), problem, status)

    def add(name: str, action: GroupAction) -> None:
        add_page = router.post(f"/queue/{{group}}/{name}", needs="editor", show_again=show_again)
        add_page(lambda request: _run_action(backend, request, action))

    add("note", add_note)
    add("assign", assign_group)
    add("snooze", snooze_group)
    add("close", close_group)
    add("reopen", reopen_group)
    add("out-of-scope", mark_out_of_scope)
    add("source", request_source)
    add("case", add_case)
    router.post("/queue/{group}/contact", needs="editor")(lambda request: show_contact(backend, request))
    return router


def _run_action(backend: QueueBackend, request: StaffRequest, action: GroupAction) -> Response:
    group = find_group(backend, request)
    try:
        with check_form():
            done = action(backend, request, group)
    except EditConflict:
        now = find_group(backend, request)
        problem = f"Somebody changed this meanwhile: it is {now.state}{f' to {now.assignee}' if now.assignee else ''}."
        return render_group(backend, request, now, f"{problem} Look at it, then do it again.", 409)
    return request.redirect(f"{LIST}/{group.id}", done)


def add_note(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    text = request.form.text("note", most=4_000, least=1)
    with request.audited_change("queue.noted", group.id):
        backend.queue.add_note(group.id, GroupNote(request.account.name, request.context.now(), text))
    return "The note is kept."


def assign_group(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    name = request.form.raw("assignee")
    known = {account.name for account in request.context.staff.list_accounts() if not account.disabled}
    if name and name not in known:
        raise InputError(f"{name[:64]!r} has no account here.", remedy="Choose a name in the list.")
    state: GroupState = "assigned" if name else "open"
    _change_group(backend, request, group, "queue.assigned", name or "nobody", GroupChange(state=state, assignee=name))
    return f"It is {name}'s now." if name else "It is nobody's now."


def snooze_group(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    days = request.form.raw("days")
    if not days.isdecimal() or not 1 <= int(days) <= _LONGEST_SNOOZE:
        raise InputError(f"{days[:20]!r} is no number of days.", remedy=f"Give 1 to {_LONGEST_SNOOZE}.")
    until = request.context.now() + timedelta(days=int(days))
    _change_group(
        backend, request, group, "queue.snoozed", f"until {until:%Y-%m-%d}", GroupChange("snoozed", snoozed_until=until)
    )
    return f"It sleeps until {until:%d %b %Y}; an unsafe mark wakes it."


def close_group(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    why = request.form.text("why", most=500)
    _change_group(backend, request, group, "queue.closed", why, GroupChange("closed", ending="done"))
    return "Closed. It comes back when more of it comes in."


def mark_out_of_scope(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    _change_group(
        backend, request, group, "queue.out-of-scope", group.title[:200], GroupChange("closed", ending="out of scope")
    )
    return "Out of scope. It comes back only when a reply about it is marked wrong or unsafe."


def reopen_group(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    state: GroupState = "assigned" if group.assignee else "open"
    _change_group(backend, request, group, "queue.reopened", "", GroupChange(state, ending=""))
    return "It is open again."


def request_source(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    what = request.form.text("source_wanted", most=1_000, least=3)
    _change_group(backend, request, group, "queue.source-requested", what, GroupChange(source_wanted=what))
    return "The request stands among the sources."


def add_case(backend: QueueBackend, request: StaffRequest, group: QueueGroup) -> str:
    question = request.form.text("question", most=2_000, least=3)
    kind = request.form.raw("kind")
    if kind not in CASE_KINDS:
        raise InputError(f"{kind[:20]!r} is no expected reply.", remedy=f"Choose {' or '.join(CASE_KINDS)}.")
    facts = [line.strip() for line in request.form.text("must", most=2_000).splitlines() if line.strip()]
    if len(facts) > _MOST_FACTS or (facts and kind == "not_in_corpus"):
        raise InputError(
            "Words that must be said go with a reply that is expected to answer.",
            remedy=f"Leave them out, or choose answered and give at most {_MOST_FACTS}.",
        )
    who, now = request.account.name, request.context.now()
    case = StaffCase(uuid4().hex, group.id, question, kind, tuple(facts), who, now)
    with request.audited_change("queue.case-added", group.id, f"{kind}: {question}"):
        backend.queue.add_case(case)
    backend.cases.refresh()
    return "The evaluation has the case."


def show_contact(backend: QueueBackend, request: StaffRequest) -> Response:
    """Shows who waits and how to reach them, once, to a person whom the audit log names."""
    group = find_group(backend, request)
    contact = backend.queue.read_contact(group.topic.removeprefix("handoff:")) if group.topic else None
    if contact is None:
        raise InputError("Nobody waits here.", remedy="The message was deleted when its time was over.")
    request.log_action("queue.contact-seen", group.id)
    question, reach = contact
    next_action = NextAction("Note what you did, and close it", f"{LIST}/{group.id}")
    mail = find_address(reach)
    write = (
        f"mailto:{quote(mail)}?subject={quote('Your question')}&body={quote(f'You asked: {question}')}" if mail else ""
    )
    return request.render("queue/contact.html", next_action, group=group, question=question, contact=reach, write=write)


def find_address(contact: str) -> str:
    """Returns the mail address in what a person left; empty when there is none."""
    found = _MAIL.search(contact)
    return found[0] if found else ""


def _change_group(
    backend: QueueBackend, request: StaffRequest, group: QueueGroup, action: str, detail: str, change: GroupChange
) -> None:
    given = request.form.raw("revision")
    revision = int(given) if given.isdecimal() else group.revision
    with request.audited_change(action, group.id, detail):
        backend.queue.change_group(group.id, change, revision)
