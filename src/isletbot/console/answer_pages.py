"""Staff list approved answers, read their versions, edit them in a form and approve them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.responses import Response

from isletbot.console.answer_editor import AnswerDraft, AnswerEditor
from isletbot.console.answer_work import count_waiting, list_answer_work
from isletbot.console.ask_pages import find_excess
from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.rule_pages import compare_texts
from isletbot.console.sentence_editor import (
    CheckedSentence,
    SentenceRow,
    add_blank_rows,
    parse_sentence_rows,
    read_sentence_rows,
)
from isletbot.curation.staff_answers import AnswerVersion, StaffAnswer, VersionConflict
from isletbot.errors import InputError

LIST = "/staff/answers"
COUNTED = timedelta(days=30)
_MOST_USES = 20
_BACK = NextAction("Go back to the approved answers", LIST)


@dataclass(frozen=True, slots=True)
class AnswerPages:
    editor: AnswerEditor

    def list_answers(self, request: StaffRequest) -> Response:
        self.editor.served.refresh()
        answers = self.editor.store.list_answers()
        uses = self.editor.store.count_uses(request.context.now() - COUNTED)
        waiting = [answer for answer in answers if answer.waits]
        next_action = NextAction("Try a question in the test box", f"{LIST}/test")
        if waiting:
            next_action = NextAction(
                f"Look at the one that waits: {waiting[0].latest.wording.asks[0]}", _make_path(waiting[0].id)
            )
        elif request.may("editor"):
            next_action = NextAction("Write an approved answer", f"{LIST}/new")
        return request.render("answers/list.html", next_action, answers=answers, uses=uses, forever=date.max)

    def show_answer(self, request: StaffRequest) -> Response:
        self.editor.served.refresh()
        answer = self.editor.find(request.path_param("answer"))
        request.log_action("answer.seen", answer.id)
        return self._show(request, answer)

    def show_again(self, request: StaffRequest, problem: str, status: int) -> Response:
        return self._show(request, self.editor.find(request.path_param("answer")), problem, status)

    def _show(self, request: StaffRequest, answer: StaffAnswer, problem: str = "", status: int = 200) -> Response:
        checked = self.editor.sentences.check(parse_sentence_rows(answer.latest.wording.say))
        since = request.context.now() - COUNTED
        tried = self.editor.try_asks(answer.latest) if answer.waits and request.may("approver") else ()
        values = {
            "answer": answer,
            "warnings": [one.warning for one in tried if one.warning],
            "sample": self.editor.preview(answer.latest.wording.asks[0], answer.latest).answer,
            "checked": checked,
            "objections": self.editor.list_objections(answer, request.account.name) if request.may("approver") else (),
            "diff": tuple(compare_texts(answer.live.wording.text, answer.latest.wording.text)) if answer.live else (),
            "versions": self.editor.store.list_versions(answer.id),
            "count": self.editor.store.count_uses(since).get(answer.id, 0),
            "uses": self.editor.store.list_uses(answer.id, since, _MOST_USES),
            "cases_file": self.editor.cases_file,
            "cases": [case for case in self.editor.store.list_cases() if case["group"] == answer.id],
            "forever": date.max,
        }
        next_action = NextAction("Try it in the test box", f"{LIST}/test?answer={answer.id}")
        if not answer.latest.is_supported and request.may("editor"):
            next_action = NextAction("Mend the sentences that are not supported", f"{_make_path(answer.id)}/edit")
        return request.render("answers/answer.html", next_action, status, problem=problem, **values)

    def show_version(self, request: StaffRequest) -> Response:
        answer, number = self.editor.find(request.path_param("answer")), request.path_param("number")
        versions = {str(version.number): version for version in self.editor.store.list_versions(answer.id)}
        if number not in versions:
            raise InputError("There is no such version.", remedy="The page of the answer lists every one.")
        version, before = versions[number], versions.get(str(int(number) - 1))
        diff = tuple(compare_texts(before.wording.text if before else "", version.wording.text))
        request.log_action("answer.seen", answer.id, f"version {number}")
        next_action = NextAction("Go back to the answer", _make_path(answer.id))
        return request.render("answers/version.html", next_action, answer=answer, version=version, diff=diff)

    def show_new(self, request: StaffRequest) -> Response:
        return self._render_form(request, None, self.editor.begin(request.query("ask"), (), request.account.name))

    def begin(self, request: StaffRequest) -> Response:
        """Opens the form for a new answer with the question and the sentences of another page."""
        rows = read_sentence_rows(request.form)
        checked = () if find_excess(rows) else self.editor.sentences.check(rows)
        return self._render_form(
            request, None, self.editor.begin(request.form.raw("question"), checked, request.account.name)
        )

    def show_edit(self, request: StaffRequest) -> Response:
        answer = self.editor.find(request.path_param("answer"))
        latest = answer.latest
        expires = "" if latest.wording.expires == date.max else latest.wording.expires.isoformat()
        draft = AnswerDraft(
            asks="\n".join(latest.wording.asks),
            checked=self.editor.sentences.check(parse_sentence_rows(latest.wording.say)),
            owner=latest.wording.owner,
            review_due=latest.wording.review_due.isoformat(),
            expires=expires,
            why="",
            based_on=latest.number,
        )
        return self._render_form(request, answer, draft)

    def write(self, request: StaffRequest) -> Response:
        """Verifies the form, and saves it as the next version when the person pressed save."""
        answer = self.editor.find(request.path_param("answer")) if "answer" in request.http.path_params else None
        if problem := find_excess(read_sentence_rows(request.form)):
            unchecked = replace(
                self.editor.begin("", (), ""), asks=request.form.raw("asks"), why=request.form.raw("why")
            )
            return self._render_form(request, answer, unchecked, problem, 422, read_sentence_rows(request.form))
        draft = self.editor.read_draft(request.form)
        if request.form.raw("do") != "save":
            return self._render_form(request, answer, draft, sample=self.editor.preview_draft(draft))
        answer_id = answer.id if answer else ""
        try:
            with request.context.transaction():
                version = self.editor.save(answer_id, draft, request.account.name, request.context.now())
                request.log_action("answer.written", version.answer_id, f"version {version.number}: {version.why}")
        except InputError as error:
            return self._render_form(request, answer, draft, str(error), 422)
        except VersionConflict as conflict:
            return self._show_conflict(request, draft, conflict.theirs)
        note = "Verified: another person can approve it." if version.is_supported else "Kept as a draft."
        return request.redirect(_make_path(version.answer_id), note)

    def _show_conflict(self, request: StaffRequest, draft: AnswerDraft, theirs: AnswerVersion) -> Response:
        """Shows both texts and the form with the writer's own text, ready to be saved after the other version."""
        answer = self.editor.find(theirs.answer_id)
        mine = self.editor.make_wording(draft)
        problem = f"{theirs.written_by} saved version {theirs.number} while you wrote. Nothing of yours is lost."
        diff = tuple(compare_texts(theirs.wording.text, mine.text))
        after = replace(draft, based_on=theirs.number)
        return self._render_form(request, answer, after, problem, 409, diff=diff, theirs=theirs)

    def _render_form(
        self,
        request: StaffRequest,
        answer: StaffAnswer | None,
        draft: AnswerDraft,
        problem: str = "",
        status: int = 200,
        unread: Sequence[SentenceRow] = (),
        **more: object,
    ) -> Response:
        left = [CheckedSentence(row, "unchecked", "not checked") for row in unread]
        checked = add_blank_rows(draft.checked or left)
        next_action = NextAction("Go back to the answer", _make_path(answer.id)) if answer else _BACK
        values = {"diff": (), "theirs": None, "sample": None, **more}
        return request.render(
            "answers/form.html",
            next_action,
            status,
            answer=answer,
            draft=draft,
            checked=checked,
            problem=problem,
            **values,
        )

    def approve(self, request: StaffRequest) -> Response:
        answer = self.editor.find(request.path_param("answer"))
        if request.form.raw("number") != str(answer.latest.number):
            return self._show(
                request, answer, "Another version was saved meanwhile. Read it before you approve it.", 409
            )
        try:
            with check_form():
                version, cases = self.editor.prepare_approval(answer, request.account.name, request.context.now())
                detail = f"version {version.number}, {len(cases)} cases"
                with request.audited_change("answer.approved", answer.id, detail):
                    self.editor.store.approve_version(version, cases)
        except VersionConflict:
            return self._show(request, self.editor.find(answer.id), "Another version was saved meanwhile.", 409)
        self.editor.served.refresh()
        return request.redirect(_make_path(answer.id), "Approved. It is live everywhere within five seconds.")

    def unpublish(self, request: StaffRequest) -> Response:
        answer = self.editor.find(request.path_param("answer"))
        with check_form():
            why = request.form.text("why", most=1_000, least=5)
            if answer.live is None:
                raise InputError("It is not served.", remedy="There is nothing to take off.")
        with request.audited_change("answer.unpublished", answer.id, why):
            by = f"Taken off by {request.account.name}: {why}"
            self.editor.store.unpublish(answer.live, by, request.context.now())
        self.editor.served.refresh()
        return request.redirect(_make_path(answer.id), "Taken off. It is out of every reply within five seconds.")


def make_answer_pages(pages: AnswerPages) -> PageRouter:
    menu = MenuEntry("Approved answers", LIST, "viewer", "Work", 30, lambda _: count_waiting(pages.editor.store))
    router = PageRouter(menu=(menu,), work=(lambda request: list_answer_work(pages.editor.store, request),))
    router.get("/answers", needs="viewer")(pages.list_answers)
    router.get("/answers/new", needs="editor")(pages.show_new)
    router.post("/answers/new", needs="editor")(pages.write)
    router.post("/answers/begin", needs="editor")(pages.begin)
    router.get("/answers/{answer}", needs="viewer")(pages.show_answer)
    router.get("/answers/{answer}/edit", needs="editor")(pages.show_edit)
    router.post("/answers/{answer}/edit", needs="editor")(pages.write)
    router.get("/answers/{answer}/versions/{number}", needs="viewer")(pages.show_version)
    router.post("/answers/{answer}/approve", needs="approver", show_again=pages.show_again)(pages.approve)
    router.post("/answers/{answer}/unpublish", needs="approver", show_again=pages.show_again)(pages.unpublish)
    return router


def _make_path(answer_id: str) -> str:
    return f"{LIST}/{answer_id}"
