"""Approved answers: the list, one of them with its versions, its form, its approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from starlette.responses import Response

from isletbot.console.answer_desk import AnswerDesk, Written
from isletbot.console.ask_pages import find_excess
from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.rules_pages import compare_texts
from isletbot.console.sentences import Checked, Row, add_blank, read_form, read_lines
from isletbot.console.visit import Visit
from isletbot.curation.staff_answers import Conflict, StaffAnswer, Version
from isletbot.errors import InputError

LIST = "/staff/answers"
COUNTED = timedelta(days=30)
_MOST_USES = 20
_BACK = NextStep("Go back to the approved answers", LIST)


@dataclass(frozen=True, slots=True)
class AnswerPages:
    desk: AnswerDesk

    def list_answers(self, visit: Visit) -> Response:
        self.desk.live.refresh()
        answers = self.desk.store.list_answers()
        uses = self.desk.store.count_uses(visit.house.now() - COUNTED)
        waiting = [answer for answer in answers if answer.waits]
        step = NextStep("Try a question in the test box", f"{LIST}/test")
        if waiting:
            step = NextStep(f"Look at the one that waits: {waiting[0].latest.wording.asks[0]}", _path(waiting[0].id))
        elif visit.may("editor"):
            step = NextStep("Write an approved answer", f"{LIST}/new")
        return visit.render("answers/list.html", step, answers=answers, uses=uses, forever=date.max)

    def show_answer(self, visit: Visit) -> Response:
        self.desk.live.refresh()
        answer = self.desk.find(visit.of_path("answer"))
        visit.write_down("answer.seen", answer.id)
        return self._show(visit, answer)

    def _show(self, visit: Visit, answer: StaffAnswer, problem: str = "", status: int = 200) -> Response:
        checked = self.desk.sentences.check(read_lines(answer.latest.wording.say))
        since = visit.house.now() - COUNTED
        given = {
            "answer": answer,
            "checked": checked,
            "objections": self.desk.list_objections(answer, visit.account.name) if visit.may("approver") else (),
            "diff": tuple(compare_texts(answer.live.wording.text, answer.latest.wording.text)) if answer.live else (),
            "versions": self.desk.store.list_versions(answer.id),
            "count": self.desk.store.count_uses(since).get(answer.id, 0),
            "uses": self.desk.store.list_uses(answer.id, since, _MOST_USES),
            "cases_file": self.desk.cases_file,
            "cases": [case for case in self.desk.store.list_cases() if case["group"] == answer.id],
            "forever": date.max,
        }
        step = NextStep("Try it in the test box", f"{LIST}/test?answer={answer.id}")
        if not answer.latest.is_supported and visit.may("editor"):
            step = NextStep("Mend the sentences that are not supported", f"{_path(answer.id)}/edit")
        return visit.render("answers/answer.html", step, status, problem=problem, **given)

    def show_version(self, visit: Visit) -> Response:
        answer, number = self.desk.find(visit.of_path("answer")), visit.of_path("number")
        versions = {str(version.number): version for version in self.desk.store.list_versions(answer.id)}
        if number not in versions:
            raise InputError("There is no such version.", remedy="The page of the answer lists every one.")
        version, before = versions[number], versions.get(str(int(number) - 1))
        diff = tuple(compare_texts(before.wording.text if before else "", version.wording.text))
        visit.write_down("answer.seen", answer.id, f"version {number}")
        step = NextStep("Go back to the answer", _path(answer.id))
        return visit.render("answers/version.html", step, answer=answer, version=version, diff=diff)

    def show_new(self, visit: Visit) -> Response:
        return self._render_form(visit, None, self.desk.begin(visit.query("ask"), (), visit.account.name))

    def begin(self, visit: Visit) -> Response:
        """A new answer from what another page holds: a question, and sentences with what they rest on."""
        rows = read_form(visit.form)
        checked = () if find_excess(rows) else self.desk.sentences.check(rows)
        return self._render_form(visit, None, self.desk.begin(visit.form.raw("question"), checked, visit.account.name))

    def show_edit(self, visit: Visit) -> Response:
        answer = self.desk.find(visit.of_path("answer"))
        latest = answer.latest
        expires = "" if latest.wording.expires == date.max else latest.wording.expires.isoformat()
        written = Written(
            asks="\n".join(latest.wording.asks),
            checked=self.desk.sentences.check(read_lines(latest.wording.say)),
            owner=latest.wording.owner,
            review_due=latest.wording.review_due.isoformat(),
            expires=expires,
            why="",
            based_on=latest.number,
        )
        return self._render_form(visit, answer, written)

    def write(self, visit: Visit) -> Response:
        """Verified where that is all that was asked for, else kept as the next version."""
        answer = self.desk.find(visit.of_path("answer")) if "answer" in visit.request.path_params else None
        if problem := find_excess(read_form(visit.form)):
            unchecked = replace(self.desk.begin("", (), ""), asks=visit.form.raw("asks"), why=visit.form.raw("why"))
            return self._render_form(visit, answer, unchecked, problem, 422, read_form(visit.form))
        written = self.desk.read_form(visit.form)
        if visit.form.raw("do") != "save":
            return self._render_form(visit, answer, written)
        answer_id = answer.id if answer else ""
        try:
            with visit.house.together():
                version = self.desk.save(answer_id, written, visit.account.name, visit.house.now())
                visit.write_down("answer.written", version.answer_id, f"version {version.number}: {version.why}")
        except InputError as error:
            return self._render_form(visit, answer, written, str(error), 422)
        except Conflict as conflict:
            return self._show_conflict(visit, written, conflict.theirs)
        note = "Verified: another person can approve it." if version.is_supported else "Kept as a draft."
        return visit.redirect(_path(version.answer_id), note)

    def _show_conflict(self, visit: Visit, written: Written, theirs: Version) -> Response:
        """Both texts, and the form with the writer's own, to be saved after theirs."""
        answer = self.desk.find(theirs.answer_id)
        mine = self.desk.make_wording(written)
        problem = f"{theirs.written_by} saved version {theirs.number} while you wrote. Nothing of yours is lost."
        diff = tuple(compare_texts(theirs.wording.text, mine.text))
        after = replace(written, based_on=theirs.number)
        return self._render_form(visit, answer, after, problem, 409, diff=diff, theirs=theirs)

    def _render_form(
        self,
        visit: Visit,
        answer: StaffAnswer | None,
        written: Written,
        problem: str = "",
        status: int = 200,
        unread: Sequence[Row] = (),
        **more: object,
    ) -> Response:
        left = [Checked(row, "unchecked", "not checked") for row in unread]
        checked = add_blank(written.checked or left)
        step = NextStep("Go back to the answer", _path(answer.id)) if answer else _BACK
        given = {"diff": (), "theirs": None, **more}
        return visit.render(
            "answers/form.html", step, status, answer=answer, written=written, checked=checked, problem=problem, **given
        )

    def approve(self, visit: Visit) -> Response:
        answer = self.desk.find(visit.of_path("answer"))
        if visit.form.raw("number") != str(answer.latest.number):
            return self._show(visit, answer, "Another version was saved meanwhile. Read it before you approve it.", 409)
        try:
            version, cases = self.desk.prepare_approval(answer, visit.account.name, visit.house.now())
            with visit.change("answer.approved", answer.id, f"version {version.number}, {len(cases)} cases"):
                self.desk.store.approve_version(version, cases)
        except InputError as error:
            return self._show(visit, answer, str(error), 422)
        except Conflict:
            return self._show(visit, self.desk.find(answer.id), "Another version was saved meanwhile.", 409)
        self.desk.live.refresh()
        return visit.redirect(_path(answer.id), "Approved. It is live everywhere within five seconds.")

    def unpublish(self, visit: Visit) -> Response:
        answer = self.desk.find(visit.of_path("answer"))
        try:
            why = visit.form.text("why", most=1_000, least=5)
            if answer.live is None:
                raise InputError("It is not served.", remedy="There is nothing to take off.")
        except InputError as error:
            return self._show(visit, answer, str(error), 422)
        with visit.change("answer.unpublished", answer.id, why):
            by = f"Taken off by {visit.account.name}: {why}"
            self.desk.store.unpublish(answer.live, by, visit.house.now())
        self.desk.live.refresh()
        return visit.redirect(_path(answer.id), "Taken off. It is out of every reply within five seconds.")


def make_answer_pages(shown: AnswerPages) -> Pages:
    pages = Pages(menu=(MenuEntry("Approved answers", LIST, "viewer", "Work", 30),))
    pages.get("/answers", needs="viewer")(shown.list_answers)
    pages.get("/answers/new", needs="editor")(shown.show_new)
    pages.post("/answers/new", needs="editor")(shown.write)
    pages.post("/answers/begin", needs="editor")(shown.begin)
    pages.get("/answers/{answer}", needs="viewer")(shown.show_answer)
    pages.get("/answers/{answer}/edit", needs="editor")(shown.show_edit)
    pages.post("/answers/{answer}/edit", needs="editor")(shown.write)
    pages.get("/answers/{answer}/versions/{number}", needs="viewer")(shown.show_version)
    pages.post("/answers/{answer}/approve", needs="approver")(shown.approve)
    pages.post("/answers/{answer}/unpublish", needs="approver")(shown.unpublish)
    return pages


def _path(answer_id: str) -> str:
    return f"{LIST}/{answer_id}"
