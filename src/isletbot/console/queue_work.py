"""What of the queue waits for staff, for the first page and the menu."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from isletbot.console.queue_labels import LIST, WORDS
from isletbot.console.request import StaffRequest
from isletbot.console.work_lists import WorkItem, WorkList
from isletbot.curation.queue import ItemKind, QueueFilter, QueueGroup, StaffQueue

_SHOWN = 5
_URGENT: tuple[ItemKind, ...] = ("handoff", "unsafe", "wrong")


def list_queue_work(queue: StaffQueue, request: StaffRequest) -> tuple[WorkList, ...]:
    now = request.context.now()
    people = _list_kind(queue, "handoff", "People who wait for an answer", 0, now)
    unsafe = _list_kind(queue, "unsafe", "Marked unsafe", 1, now)
    wrong = _list_kind(queue, "wrong", "Marked wrong", 2, now)
    counted = sum(each.count for each in (people, unsafe, wrong))
    rest = [group for group in queue.list_groups(QueueFilter(), now, counted + _SHOWN) if not _find_kind(group)]
    left = max(queue.count_groups(QueueFilter(), now) - counted, len(rest))
    items = tuple(_make_item(group, WORDS[next(iter(group.counts), "declined")]) for group in rest[:_SHOWN])
    return people, unsafe, wrong, WorkList("Questions without a good answer", 6, items, left if items else 0, LIST)


def count_queue(queue: StaffQueue, now: datetime) -> int:
    return queue.count_groups(QueueFilter(), now)


def _list_kind(queue: StaffQueue, kind: ItemKind, title: str, place: int, now: datetime) -> WorkList:
    filters = QueueFilter(kind=kind)
    found = queue.list_groups(filters, now, _SHOWN)
    items = tuple(_make_item(group, "a person" if kind == "handoff" else WORDS[kind]) for group in found)
    return WorkList(title, place, items, queue.count_groups(filters, now), f"{LIST}?kind={kind}")


def _make_item(group: QueueGroup, tag: str) -> WorkItem:
    return WorkItem(group.title, f"{LIST}/{group.id}", tag, bool(_find_kind(group)), group.first_at)


def _find_kind(group: QueueGroup) -> str:
    """Returns the kind that another list shows it under; empty for the rest."""
    found: Iterator[ItemKind] = (kind for kind in _URGENT if group.counts.get(kind))
    return next(found, "")
