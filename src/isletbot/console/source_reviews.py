"""Which sources are due to be looked at again, and what a person says who has done so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

from isletbot.console.form_errors import check_form
from isletbot.console.request import StaffRequest
from isletbot.console.work_lists import WorkItem, WorkList
from isletbot.curation.sources import SourceReview, Sources, find_review_due
from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.ports import PassageIndex
from isletbot.types import Source

_LIST = "/staff/sources"
_SHOWN = 5
_LONGEST = timedelta(days=730)


def read_review(request: StaffRequest, source: Source) -> SourceReview:
    """Reads the form of a person who found the source to be right still. Raises FormError."""
    with check_form():
        why = request.form.text("why", most=500, least=5)
        due = _read_due(request.form.raw("review_due"), request.context.now().date())
    return SourceReview(source.id, source.version, due, request.account.name, request.context.now(), why)


def _read_due(text: str, today: date) -> date:
    try:
        due = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text[:40]!r} is no day.", remedy="Write it as 2027-11-20.") from None
    if not today < due <= today + _LONGEST:
        remedy = "Choose a day to come, within two years."
        raise InputError(f"The next review is on {write_date(due)}.", remedy=remedy)
    return due


def list_overdue(sources: Sources, index: PassageIndex, today: date) -> tuple[Source, ...]:
    """Lists the sources that are served and past the day of their review."""
    reviews, decisions = sources.list_reviews(), sources.list_decisions()
    withdrawn = {name for name, decision in decisions.items() if decision.state == "withdrawn"}
    dated = (replace(source, review_due=find_review_due(source, reviews)) for source in index.sources)
    return tuple(source for source in dated if source.review_due < today and source.id not in withdrawn)


def list_source_work(sources: Sources, index: PassageIndex, request: StaffRequest) -> tuple[WorkList, ...]:
    late = list_overdue(sources, index, request.context.now().date())
    items = tuple(
        WorkItem(source.title, f"{_LIST}/{quote(source.id)}", "review", due=source.review_due)
        for source in late[:_SHOWN]
    )
    return (WorkList("Sources that are overdue", 5, items, len(late), _LIST),)
