"""The test box shows which answer a question would get, and why."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from isletbot.console.answer_editor import AnswerEditor, Preview
from isletbot.console.form_errors import check_form
from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.staff_answers import StaffAnswer

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PreviewPages:
    editor: AnswerEditor

    def show(self, request: StaffRequest) -> Response:
        return self._render(request, self._find(request.query("answer")), "")

    def run(self, request: StaffRequest) -> Response:
        answer = self._find(request.form.raw("answer"))
        with check_form():
            text = request.form.text("question", most=2_000, least=1)
            preview = self.editor.preview(text, answer.latest if answer else None)
        request.log_action("answer.tried", answer.id if answer else "", preview.answer.kind)
        return self._render(request, answer, request.form.raw("question"), preview=preview)

    def show_again(self, request: StaffRequest, problem: str, status: int) -> Response:
        answer = self._find(request.form.raw("answer"))
        return self._render(request, answer, request.form.raw("question"), problem, status)

    def _find(self, answer_id: str) -> StaffAnswer | None:
        return self.editor.find(answer_id) if answer_id else None

    def _render(
        self,
        request: StaffRequest,
        answer: StaffAnswer | None,
        question: str,
        problem: str = "",
        status: int = 200,
        preview: Preview | None = None,
    ) -> Response:
        next_action = NextAction("Go back to the approved answers", "/staff/answers")
        if answer:
            next_action = NextAction("Go back to the answer", f"/staff/answers/{answer.id}")
        return request.render(
            "answers/test.html",
            next_action,
            status,
            answer=answer,
            question=question,
            problem=problem,
            shown=_SHOWN,
            preview=preview,
        )


def make_preview_pages(pages: PreviewPages) -> PageRouter:
    """Makes the routes of the test box. They must be listed before the pages of one answer, whose paths match them
    too."""
    router = PageRouter()
    router.get("/answers/test", needs="viewer")(pages.show)
    router.post("/answers/test", needs="viewer", show_again=pages.show_again)(pages.run)
    return router
