"""Staff change one rule by its sentence, its examples and its phrases."""

from __future__ import annotations

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.rule_editor import RuleEditor
from isletbot.console.rule_entry import LISTS, RuleEntry, put_entry, read_entry, split_lines

_LIST = "/staff/rules"
_MOST_CHARS = 20_000


def add_rule_entry_pages(router: PageRouter, editor: RuleEditor) -> None:
    pages = RuleEntryPages(editor)
    path = "/rules/{file}/rule/{rule}/change"
    router.get(path, needs="editor")(pages.show_form)
    router.post(path, needs="editor", show_again=pages.render_form)(pages.propose)


class RuleEntryPages:
    def __init__(self, editor: RuleEditor) -> None:
        self._editor = editor

    def show_form(self, request: StaffRequest) -> Response:
        return self.render_form(request, "")

    def render_form(self, request: StaffRequest, problem: str, status: int = 200) -> Response:
        file = self._editor.find_file(request.path_param("file"))
        entry = read_entry(file.text, request.path_param("rule"))
        shown = {"means": entry.means, **{name: "\n".join(texts) for name, texts in entry.lists.items()}}
        sent = bool(request.form.raw("form_token"))
        shown = {name: request.form.raw(name) if sent else text for name, text in shown.items()}
        certain = bool(request.form.raw("certain")) if sent else entry.certain
        values = {"file": file, "rule": entry.id, "shown": shown, "certain": certain, "problem": problem}
        back = NextAction("Go back to the file", f"{_LIST}/{file.name}")
        return request.render(
            "rule_entry_form.html", back, status, why=request.form.raw("why"), most=_MOST_CHARS, **values
        )

    def propose(self, request: StaffRequest) -> Response:
        file = self._editor.find_file(request.path_param("file"))
        old = read_entry(file.text, request.path_param("rule"))
        with check_form():
            lists = {name: tuple(split_lines(request.form.text(name, most=_MOST_CHARS))) for name in LISTS}
            entry = RuleEntry(
                old.id, request.form.text("means", most=500, least=10), bool(request.form.raw("certain")), lists
            )
            new = [text for text in entry.lists["match"] if text not in old.lists["match"]]
            change = self._editor.propose(
                file.name,
                put_entry(file.text, entry),
                request.form.text("why", most=1_000, least=5),
                new or entry.lists["match"][:1],
                (request.account.name, request.context.now()),
            )
        with request.audited_change("rules.proposed", file.name, change.why):
            self._editor.changes.propose_change(change)
        return request.redirect(f"{_LIST}/changes/{change.id}", "Proposed. Another person has to approve it.")
