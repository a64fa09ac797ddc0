"""The test box: which answer a question would get, and why."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from isletbot.console.answer_desk import AnswerDesk, Trial
from isletbot.console.look import NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.curation.staff_answers import StaffAnswer
from isletbot.errors import InputError

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TrialBox:
    desk: AnswerDesk

    def show(self, visit: Visit) -> Response:
        return self._render(visit, self._find(visit.query("answer")), "")

    def run(self, visit: Visit) -> Response:
        answer = self._find(visit.form.raw("answer"))
        question = visit.form.raw("question")
        try:
            text = visit.form.text("question", most=2_000, least=1)
            trial = self.desk.run_trial(text, answer.latest if answer else None)
        except InputError as error:
            return self._render(visit, answer, question, str(error), 422)
        visit.write_down("answer.tried", answer.id if answer else "", trial.answer.kind)
        return self._render(visit, answer, question, trial=trial)

    def _find(self, answer_id: str) -> StaffAnswer | None:
        return self.desk.find(answer_id) if answer_id else None

    def _render(
        self,
        visit: Visit,
        answer: StaffAnswer | None,
        question: str,
        problem: str = "",
        status: int = 200,
        trial: Trial | None = None,
    ) -> Response:
        step = NextStep("Go back to the approved answers", "/staff/answers")
        if answer:
            step = NextStep("Go back to the answer", f"/staff/answers/{answer.id}")
        return visit.render(
            "answers/test.html",
            step,
            status,
            answer=answer,
            question=question,
            problem=problem,
            shown=_SHOWN,
            trial=trial,
        )


def make_trial_pages(box: TrialBox) -> Pages:
    """Listed before the pages of one answer, whose addresses are of the same form."""
    pages = Pages()
    pages.get("/answers/test", needs="viewer")(box.show)
    pages.post("/answers/test", needs="viewer")(box.run)
    return pages
