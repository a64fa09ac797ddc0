"""The page of what changed in the rules since they were signed off, and what of the rules waits for staff."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.rule_differences import describe_difference
from isletbot.console.rule_editor import RuleEditor
from isletbot.console.rule_review import RuleReviewDesk, RulesSince
from isletbot.console.work_lists import WorkItem, WorkList
from isletbot.curation.rule_changes import RuleChange
from isletbot.curation.rule_reviews import RuleDifference
from isletbot.errors import InputError

LIST = "/staff/rules"
UNREAD = f"{LIST}/unread"
_SHOWN, _EXAMPLES = 5, 3


def add_rule_review_pages(router: PageRouter, desk: RuleReviewDesk) -> None:
    pages = RuleReviewPages(desk)
    router.get("/rules/unread", needs="viewer")(pages.show_changes)
    router.post("/rules/unread", needs="approver", show_again=pages.render_changes)(pages.sign_off)


class RuleReviewPages:
    def __init__(self, desk: RuleReviewDesk) -> None:
        self._desk = desk

    def show_changes(self, request: StaffRequest) -> Response:
        return self.render_changes(request, "")

    def render_changes(self, request: StaffRequest, problem: str, status: int = 200) -> Response:
        since = self._desk.find_changes()
        items = [describe_difference(each, _name_path(each)) for each in since.differences] if since else []
        values = {"since": since, "items": items, "problem": problem, "may_sign": request.may("approver")}
        return request.render("rules_unread.html", NextAction("Go back to the rules", LIST), status, **values)

    def sign_off(self, request: StaffRequest) -> Response:
        since = self._desk.find_changes()
        with check_form():
            if since is None or not since.differences:
                raise InputError("Nothing changed since the last sign-off.", remedy="There is nothing to sign off.")
            digest = request.form.text("digest", most=64)
            review = self._desk.make_review(digest, request.account.name, request.context.now())
        with request.audited_change("rules.signed-off", detail=_count_kinds(since)):
            self._desk.reviews.keep_review(review)
        return request.redirect(LIST, "Signed off. What changes from now on is shown on the first page.")


def list_rule_work(editor: RuleEditor, desk: RuleReviewDesk, request: StaffRequest) -> tuple[WorkList, ...]:
    proposed = _list_proposed(editor)
    since = desk.find_changes()
    found = since.differences if since else ()
    asked = tuple(_make_approval(change, request.account.name) for change in proposed[:_SHOWN])
    changed = tuple(describe_difference(each, UNREAD, _EXAMPLES) for each in found[:_SHOWN])
    return (
        WorkList("Changes of the rules to approve", 3, asked, len(proposed), LIST),
        WorkList(f"Rules that changed {_tell_since(since)}".strip(), 5, changed, len(found), UNREAD),
    )


def count_rule_work(editor: RuleEditor, desk: RuleReviewDesk, _: datetime) -> int:
    since = desk.find_changes()
    return len(_list_proposed(editor)) + (len(since.differences) if since else 0)


def _tell_since(since: RulesSince | None) -> str:
    if since is None:
        return ""
    return "since they were signed off" if since.review.signed_by else "since the first start"


def _list_proposed(editor: RuleEditor) -> list[RuleChange]:
    return [change for change in editor.changes.list_changes() if change.state == "proposed"]


def _make_approval(change: RuleChange, name: str) -> WorkItem:
    tag = "yours: somebody else approves it" if name == change.proposed_by else f"by {change.proposed_by}"
    return WorkItem(change.why, f"{LIST}/changes/{change.id}", tag, since=change.proposed_at)


def _name_path(difference: RuleDifference) -> str:
    """The page of the file; a removed rule may have left with its file."""
    return UNREAD if difference.kind == "removed" else f"{LIST}/{difference.now.file}"


def _count_kinds(since: RulesSince) -> str:
    kinds = [each.kind for each in since.differences]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("removed", "changed", "added") if kind in kinds)
