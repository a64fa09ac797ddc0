"""What of the approved answers waits for staff: versions to approve, and answers that are overdue or fell."""

from __future__ import annotations

from isletbot.console.request import StaffRequest
from isletbot.console.work_lists import WorkItem, WorkList
from isletbot.curation.staff_answers import StaffAnswer, StaffAnswers

_LIST = "/staff/answers"
_SHOWN = 5


def list_answer_work(store: StaffAnswers, request: StaffRequest) -> tuple[WorkList, ...]:
    answers, today = store.list_answers(), request.context.now().date()
    waiting = [answer for answer in answers if answer.waits]
    to_approve = tuple(_make_approval(answer, request.account.name) for answer in waiting)
    late = [answer for answer in answers if answer.live and answer.live.wording.review_due < today]
    fallen = [answer for answer in answers if answer.state == "unpublished"]
    overdue = (
        *(
            WorkItem(
                answer.latest.wording.asks[0], f"{_LIST}/{answer.id}", "review", due=answer.latest.wording.review_due
            )
            for answer in late
        ),
        *(WorkItem(answer.latest.wording.asks[0], f"{_LIST}/{answer.id}", "served no more", True) for answer in fallen),
    )
    return (
        WorkList("To approve", 3, to_approve[:_SHOWN], len(to_approve), _LIST),
        WorkList("Approved answers that are overdue", 4, overdue[:_SHOWN], len(overdue), _LIST),
    )


def count_waiting(store: StaffAnswers) -> int:
    return sum(answer.waits for answer in store.list_answers())


def _make_approval(answer: StaffAnswer, name: str) -> WorkItem:
    latest = answer.latest
    own = name in {answer.made_by, latest.written_by}
    tag = "yours: somebody else approves it" if own else f"by {latest.written_by}"
    return WorkItem(latest.wording.asks[0], f"{_LIST}/{answer.id}", tag, since=latest.written_at)
