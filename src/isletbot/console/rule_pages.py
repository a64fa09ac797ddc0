"""Staff read the rules of triage with their versions and signatures; two people are needed to change one."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from functools import partial

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.rule_editor import MOST_CHARS, RuleEditor
from isletbot.console.rule_entry import cut_rule
from isletbot.console.rule_entry_pages import add_rule_entry_pages
from isletbot.console.rule_review import RuleReviewDesk
from isletbot.console.rule_review_pages import add_rule_review_pages, count_rule_work, list_rule_work
from isletbot.curation.rule_changes import ChangeState, RuleChange
from isletbot.errors import InputError

_LIST = "/staff/rules"
_BACK = NextAction("Go back to the rules", _LIST)


def make_rule_pages(editor: RuleEditor, desk: RuleReviewDesk) -> PageRouter:
    router = PageRouter(
        menu=(MenuEntry("Rules", _LIST, "viewer", "Keep", 10, partial(count_rule_work, editor, desk)),),
        work=(partial(list_rule_work, editor, desk),),
    )
    pages = RulePages(editor)
    router.get("/rules", needs="viewer")(pages.list_files)
    add_rule_review_pages(router, desk)
    router.get("/rules/{file}", needs="viewer")(pages.show_file)
    router.get("/rules/{file}/change", needs="editor")(pages.show_form)
    router.post("/rules/{file}/change", needs="editor", show_again=pages.render_form)(pages.propose)
    add_rule_entry_pages(router, editor)
    router.get("/rules/changes/{change}", needs="viewer")(pages.show_change)
    router.post("/rules/changes/{change}/approve", needs="approver", show_again=pages.render_change)(pages.approve)
    router.post("/rules/changes/{change}/decline", needs="approver", show_again=pages.render_change)(pages.decline)
    return router


class RulePages:
    def __init__(self, editor: RuleEditor) -> None:
        self._editor = editor

    def list_files(self, request: StaffRequest) -> Response:
        changes = self._editor.changes.list_changes()
        waiting = [change for change in changes if change.state == "proposed"]
        next_action = NextAction("See the kill switch", "/staff/switch")
        if waiting:
            next_action = NextAction(f"Look at the change to {waiting[0].file}", f"{_LIST}/changes/{waiting[0].id}")
        files, trouble = self._editor.list_files(), self._editor.trouble()
        return request.render("rules.html", next_action, files=files, changes=changes, trouble=trouble)

    def show_file(self, request: StaffRequest) -> Response:
        file, now = self._editor.find_file(request.path_param("file")), self._editor.rules_now()
        rules = [rule for rules in now.tiers.values() for rule in rules if rule.file == file.name]
        blocks = {rule.id: cut_rule(file.text, rule.id) for rule in rules}
        next_action, may_change = _BACK, request.may("editor") and not file.fixed
        if may_change:
            next_action = NextAction("Propose a change", f"{_LIST}/{file.name}/change")
        return request.render(
            "rule_file.html", next_action, file=file, rules=rules, blocks=blocks, may_change=may_change
        )

    def show_form(self, request: StaffRequest) -> Response:
        return self.render_form(request, "")

    def render_form(self, request: StaffRequest, problem: str, status: int = 200) -> Response:
        file = self._editor.find_file(request.path_param("file"))
        typed = {name: request.form.raw(name) for name in ("why", "examples")}
        text = request.form.raw("text") or file.text
        values = {"file": file, "problem": problem, "text": text, "typed": typed, "most": MOST_CHARS}
        return request.render(
            "rule_change_form.html", NextAction("Go back to the file", f"{_LIST}/{file.name}"), status, **values
        )

    def propose(self, request: StaffRequest) -> Response:
        file = self._editor.find_file(request.path_param("file"))
        with check_form():
            change = self._editor.propose(
                file.name,
                request.form.text("text", most=MOST_CHARS, least=1),
                request.form.text("why", most=1_000, least=5),
                request.form.raw("examples").splitlines(),
                (request.account.name, request.context.now()),
            )
        with request.audited_change("rules.proposed", file.name, change.why):
            self._editor.changes.propose_change(change)
        return request.redirect(f"{_LIST}/changes/{change.id}", "Proposed. Another person has to approve it.")

    def show_change(self, request: StaffRequest) -> Response:
        return self.render_change(request, "")

    def render_change(self, request: StaffRequest, problem: str, status: int = 200) -> Response:
        change = self._find(request)
        by_another = request.may("approver") and request.account.name != change.proposed_by
        values = {"change": change, "diff": list(compare_texts(change.replaces, change.text)), "problem": problem}
        return request.render("rule_change.html", _BACK, status, by_another=by_another, **values)

    def approve(self, request: StaffRequest) -> Response:
        change = self._find(request)
        with check_form():
            if change.proposed_by == request.account.name:
                raise InputError("You proposed this change.", remedy="Another person has to approve it.")
            result = self._editor.test(change)
            remark = request.form.text("remark", most=1_000)
        tested = f"{result.tried} red flags and {len(change.examples)} examples passed. {remark}".strip()
        with request.audited_change("rules.approved", change.file, tested):
            self._decide(request, change, "approved", remark)
        return request.redirect(_LIST, "Approved. It is in force within five seconds, everywhere.")

    def decline(self, request: StaffRequest) -> Response:
        change = self._find(request)
        with check_form():
            remark = request.form.text("remark", most=1_000, least=5)
        with request.audited_change("rules.declined", change.file, remark):
            self._decide(request, change, "declined", remark)
        return request.redirect(_LIST, "Declined.")

    def _decide(self, request: StaffRequest, change: RuleChange, state: ChangeState, remark: str) -> None:
        """Stores the decision. Raises InputError, which also undoes the row in the audit log."""
        if not self._editor.changes.decide_change(
            change.id, state, request.account.name, request.context.now(), remark
        ):
            raise InputError("This was decided meanwhile.", remedy="Load the page again to see how.")

    def _find(self, request: StaffRequest) -> RuleChange:
        change = self._editor.changes.find_change(request.path_param("change"))
        if change is None:
            raise InputError("There is no such change.", remedy="The list of rules names every change.")
        return change


def compare_texts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yields lines with what became of them: `added`, `removed`, `same`, or the `place` they stand at."""
    kinds = {"+": "added", "-": "removed", "@": "place", " ": "same"}
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return ((kinds[line[0]], line) for line in list(lines)[2:])
