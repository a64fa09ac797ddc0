"""The rules of triage with their versions and who signed them; changed by two people, never by one."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.rule_desk import MOST_CHARS, RuleDesk, RuleFile
from isletbot.console.visit import Visit
from isletbot.curation.rule_changes import RuleChange, State
from isletbot.errors import InputError

_LIST = "/staff/rules"
_BACK = NextStep("Go back to the rules", _LIST)


def make_rules_pages(desk: RuleDesk) -> Pages:
    pages = Pages(menu=(MenuEntry("Rules", _LIST, "viewer", "Keep", 10),))
    shown = RulesPages(desk)
    pages.get("/rules", needs="viewer")(shown.list_files)
    pages.get("/rules/{file}", needs="viewer")(shown.show_file)
    pages.get("/rules/{file}/change", needs="editor")(shown.show_form)
    pages.post("/rules/{file}/change", needs="editor")(shown.propose)
    pages.get("/rules/changes/{change}", needs="viewer")(shown.show_change)
    pages.post("/rules/changes/{change}/approve", needs="approver")(shown.approve)
    pages.post("/rules/changes/{change}/decline", needs="approver")(shown.decline)
    return pages


class RulesPages:
    def __init__(self, desk: RuleDesk) -> None:
        self._desk = desk

    def list_files(self, visit: Visit) -> Response:
        changes = self._desk.changes.list_changes()
        waiting = [change for change in changes if change.state == "proposed"]
        step = NextStep("See the kill switch", "/staff/switch")
        if waiting:
            step = NextStep(f"Look at the change to {waiting[0].file}", f"{_LIST}/changes/{waiting[0].id}")
        files, trouble = self._desk.list_files(), self._desk.trouble()
        return visit.render("rules.html", step, files=files, changes=changes, trouble=trouble)

    def show_file(self, visit: Visit) -> Response:
        file, now = self._desk.find_file(visit.of_path("file")), self._desk.rules_now()
        rules = [rule for rules in now.tiers.values() for rule in rules if f"id: {rule.id}\n" in file.text]
        step = _BACK
        if visit.may("editor") and not file.fixed:
            step = NextStep("Propose a change", f"{_LIST}/{file.name}/change")
        return visit.render("rule_file.html", step, file=file, rules=rules)

    def show_form(self, visit: Visit) -> Response:
        return self._render_form(visit, self._desk.find_file(visit.of_path("file")), "")

    def _render_form(self, visit: Visit, file: RuleFile, problem: str, status: int = 200) -> Response:
        typed = {name: visit.form.raw(name) for name in ("why", "examples")}
        text = visit.form.raw("text") or file.text
        given = {"file": file, "problem": problem, "text": text, "typed": typed, "most": MOST_CHARS}
        return visit.render(
            "rule_change_form.html", NextStep("Go back to the file", f"{_LIST}/{file.name}"), status, **given
        )

    def propose(self, visit: Visit) -> Response:
        file = self._desk.find_file(visit.of_path("file"))
        try:
            change = self._desk.propose(
                file.name,
                visit.form.text("text", most=MOST_CHARS, least=1),
                visit.form.text("why", most=1_000, least=5),
                visit.form.raw("examples").splitlines(),
                (visit.account.name, visit.house.now()),
            )
        except InputError as error:
            return self._render_form(visit, file, str(error), 422)
        with visit.change("rules.proposed", file.name, change.why):
            self._desk.changes.propose_change(change)
        return visit.redirect(f"{_LIST}/changes/{change.id}", "Proposed. Another person has to approve it.")

    def show_change(self, visit: Visit) -> Response:
        return self._render_change(visit, self._find(visit), "")

    def _render_change(self, visit: Visit, change: RuleChange, problem: str, status: int = 200) -> Response:
        by_another = visit.may("approver") and visit.account.name != change.proposed_by
        given = {"change": change, "diff": list(compare_texts(change.replaces, change.text)), "problem": problem}
        return visit.render("rule_change.html", _BACK, status, by_another=by_another, **given)

    def approve(self, visit: Visit) -> Response:
        change = self._find(visit)
        try:
            if change.proposed_by == visit.account.name:
                raise InputError("You proposed this change.", remedy="Another person has to approve it.")
            trial = self._desk.test(change)
            remark = visit.form.text("remark", most=1_000)
        except InputError as error:
            return self._render_change(visit, change, str(error), 422)
        tested = f"{trial.tried} red flags and {len(change.examples)} examples passed. {remark}".strip()
        with visit.change("rules.approved", change.file, tested):
            self._decide(visit, change, "approved", remark)
        return visit.redirect(_LIST, "Approved. It is in force within five seconds, everywhere.")

    def decline(self, visit: Visit) -> Response:
        change = self._find(visit)
        try:
            remark = visit.form.text("remark", most=1_000, least=5)
        except InputError as error:
            return self._render_change(visit, change, str(error), 422)
        with visit.change("rules.declined", change.file, remark):
            self._decide(visit, change, "declined", remark)
        return visit.redirect(_LIST, "Declined.")

    def _decide(self, visit: Visit, change: RuleChange, state: State, remark: str) -> None:
        """Raises InputError, which undoes the row in the audit log too."""
        if not self._desk.changes.decide_change(change.id, state, visit.account.name, visit.house.now(), remark):
            raise InputError("This was decided meanwhile.", remedy="Load the page again to see how.")

    def _find(self, visit: Visit) -> RuleChange:
        change = self._desk.changes.find_change(visit.of_path("change"))
        if change is None:
            raise InputError("There is no such change.", remedy="The list of rules names every change.")
        return change


def compare_texts(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Lines with what became of them: `added`, `removed`, `same`, or the `place` they stand at."""
    kinds = {"+": "added", "-": "removed", "@": "place", " ": "same"}
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return ((kinds[line[0]], line) for line in list(lines)[2:])
