"""What staff do with a group of the queue. Each thing done stands in the audit log with it, or is not done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.queue_pages import LIST, QueueDesk, find_group, list_queue, render_group, show_group
from isletbot.console.visit import Visit
from isletbot.curation.queue import CASE_KINDS, Change, ChangedMeanwhile, Group, Note, StaffCase, State
from isletbot.errors import InputError

Work = Callable[[QueueDesk, Visit, Group], str]
"""Does it and says what was done. Raises InputError or ChangedMeanwhile."""
_LONGEST_SNOOZE = 365
_MOST_FACTS = 10


def make_queue_pages(desk: QueueDesk) -> Pages:
    pages = Pages(menu=(MenuEntry("Queue", LIST, "viewer", "Work", 20),))
    pages.get("/queue", needs="viewer")(lambda visit: list_queue(desk, visit))
    pages.get("/queue/{group}", needs="viewer")(lambda visit: show_group(desk, visit))

    def add(name: str, work: Work) -> None:
        pages.post(f"/queue/{{group}}/{name}", needs="editor")(lambda visit: _do(desk, visit, work))

    add("note", add_note)
    add("assign", assign)
    add("snooze", snooze)
    add("close", close)
    add("reopen", reopen)
    add("out-of-scope", mark_out_of_scope)
    add("source", request_source)
    add("case", add_case)
    pages.post("/queue/{group}/contact", needs="editor")(lambda visit: show_contact(desk, visit))
    return pages


def _do(desk: QueueDesk, visit: Visit, work: Work) -> Response:
    group = find_group(desk, visit)
    try:
        done = work(desk, visit, group)
    except InputError as error:
        return render_group(desk, visit, group, str(error), 422)
    except ChangedMeanwhile:
        now = find_group(desk, visit)
        problem = f"Somebody changed this meanwhile: it is {now.state}{f' to {now.assignee}' if now.assignee else ''}."
        return render_group(desk, visit, now, f"{problem} Look at it, then do it again.", 409)
    return visit.redirect(f"{LIST}/{group.id}", done)


def add_note(desk: QueueDesk, visit: Visit, group: Group) -> str:
    text = visit.form.text("note", most=4_000, least=1)
    with visit.change("queue.noted", group.id):
        desk.queue.add_note(group.id, Note(visit.account.name, visit.house.now(), text))
    return "The note is kept."


def assign(desk: QueueDesk, visit: Visit, group: Group) -> str:
    name = visit.form.raw("assignee")
    known = {account.name for account in visit.house.staff.list_accounts() if not account.disabled}
    if name and name not in known:
        raise InputError(f"{name[:64]!r} has no account here.", remedy="Choose a name in the list.")
    state: State = "assigned" if name else "open"
    _change(desk, visit, group, "queue.assigned", name or "nobody", Change(state=state, assignee=name))
    return f"It is {name}'s now." if name else "It is nobody's now."


def snooze(desk: QueueDesk, visit: Visit, group: Group) -> str:
    days = visit.form.raw("days")
    if not days.isdecimal() or not 1 <= int(days) <= _LONGEST_SNOOZE:
        raise InputError(f"{days[:20]!r} is no number of days.", remedy=f"Give 1 to {_LONGEST_SNOOZE}.")
    until = visit.house.now() + timedelta(days=int(days))
    _change(desk, visit, group, "queue.snoozed", f"until {until:%Y-%m-%d}", Change("snoozed", snoozed_until=until))
    return f"It sleeps until {until:%d %b %Y}; an unsafe mark wakes it."


def close(desk: QueueDesk, visit: Visit, group: Group) -> str:
    why = visit.form.text("why", most=500)
    _change(desk, visit, group, "queue.closed", why, Change("closed", ending="done"))
    return "Closed. It comes back when more of it comes in."


def mark_out_of_scope(desk: QueueDesk, visit: Visit, group: Group) -> str:
    _change(desk, visit, group, "queue.out-of-scope", group.title[:200], Change("closed", ending="out of scope"))
    return "Out of scope. It comes back only when a reply about it is marked wrong or unsafe."


def reopen(desk: QueueDesk, visit: Visit, group: Group) -> str:
    state: State = "assigned" if group.assignee else "open"
    _change(desk, visit, group, "queue.reopened", "", Change(state, ending=""))
    return "It is open again."


def request_source(desk: QueueDesk, visit: Visit, group: Group) -> str:
    what = visit.form.text("source_wanted", most=1_000, least=3)
    _change(desk, visit, group, "queue.source-requested", what, Change(source_wanted=what))
    return "The request stands among the sources."


def add_case(desk: QueueDesk, visit: Visit, group: Group) -> str:
    question = visit.form.text("question", most=2_000, least=3)
    kind = visit.form.raw("kind")
    if kind not in CASE_KINDS:
        raise InputError(f"{kind[:20]!r} is no expected reply.", remedy=f"Choose {' or '.join(CASE_KINDS)}.")
    facts = [line.strip() for line in visit.form.text("must", most=2_000).splitlines() if line.strip()]
    if len(facts) > _MOST_FACTS or (facts and kind == "not_in_corpus"):
        raise InputError(
            "Words that must be said go with a reply that is expected to answer.",
            remedy=f"Leave them out, or choose answered and give at most {_MOST_FACTS}.",
        )
    who, now = visit.account.name, visit.house.now()
    case = StaffCase(uuid4().hex, group.id, question, kind, tuple(facts), who, now)
    with visit.change("queue.case-added", group.id, f"{kind}: {question}"):
        desk.queue.add_case(case)
    desk.cases.refresh()
    return "The evaluation has the case."


def show_contact(desk: QueueDesk, visit: Visit) -> Response:
    """Who waits, and how to reach them: shown once, to whoever is named in the audit log."""
    group = find_group(desk, visit)
    contact = desk.queue.read_contact(group.topic.removeprefix("handoff:")) if group.topic else None
    if contact is None:
        raise InputError("Nobody waits here.", remedy="The message was deleted when its time was over.")
    visit.write_down("queue.contact-seen", group.id)
    question, reach = contact
    step = NextStep("Note what you did, and close it", f"{LIST}/{group.id}")
    return visit.render("queue/contact.html", step, group=group, question=question, contact=reach)


def _change(desk: QueueDesk, visit: Visit, group: Group, action: str, detail: str, change: Change) -> None:
    given = visit.form.raw("revision")
    revision = int(given) if given.isdecimal() else group.revision
    with visit.change(action, group.id, detail):
        desk.queue.change_group(group.id, change, revision)
