"""Staff ask a patient's question, edit the draft reply while each sentence is verified, and copy the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import JSONResponse, Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction, describe_source
from isletbot.console.reply_text import Register, write_mail, write_reply
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.sentence_editor import (
    MOST_CHARS,
    MOST_SENTENCES,
    CheckedSentence,
    SentenceEditor,
    SentenceRow,
    add_blank_rows,
    read_sentence_rows,
    sentence_to_json,
)
from isletbot.dates import write_date
from isletbot.ports import Asks
from isletbot.types import Answer, Triage

_PATH = "/staff/ask"
_REFERRAL = "needs-clinician"


@dataclass(frozen=True, slots=True)
class DraftReply:
    """The reply that a person edits in the page."""

    question: str = ""
    wording: Register = "patient"
    kind: str = ""
    lead: str = ""
    """The name of the text before the facts; empty when there is none."""
    fallback_text: str = ""
    """The bot's own text when it has no facts to give."""
    rows: tuple[SentenceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class AskPages:
    bot: Asks
    sentences: SentenceEditor
    say: Callable[..., str]
    today: Callable[[], date]

    def show_form(self, request: StaffRequest) -> Response:
        return self._render(request, DraftReply())

    def ask(self, request: StaffRequest) -> Response:
        typed = _read_question(request)
        with check_form():
            answer = self.bot.ask(request.form.text("question", most=MOST_CHARS, least=1))
        request.log_action("answer.asked", detail=f"{answer.kind}, in {typed.wording} wording")
        rows = self.sentences.read_rows(answer.sentences)
        if typed.wording == "colleague":
            rows = self._say_statements(answer)
        lead = _find_lead(answer.trace.triage) if answer.kind == "needs_clinician" else ""
        fallback_text = "" if rows else answer.text
        return self._render(
            request, replace(typed, kind=answer.kind, lead=lead, fallback_text=fallback_text, rows=rows)
        )

    def show_again(self, request: StaffRequest, problem: str, status: int) -> Response:
        return self._render(request, _read_question(request), problem, status)

    def verify(self, request: StaffRequest) -> Response:
        """Checks the sentences and shows the page again, for a browser without scripts."""
        reply = self._read_reply(request)
        if problem := find_excess(reply.rows):
            return self._render(request, reply, problem, 422)
        return self._render(request, reply)

    def check(self, request: StaffRequest) -> Response:
        """Checks the sentences for a script and returns the findings with the text to copy."""
        reply = self._read_reply(request)
        if problem := find_excess(reply.rows):
            return JSONResponse({"problem": problem}, 422)
        checked = self.sentences.check(reply.rows)
        text = self._write(reply, checked)
        return JSONResponse({"sentences": list(map(sentence_to_json, checked)), "text": text, "mail": write_mail(text)})

    def find_statements(self, request: StaffRequest) -> Response:
        """Finds statements for a script, as the search of a sentence's row does without one."""
        found = self.sentences.search(request.query("words")[:MOST_CHARS])
        rows = [
            {"name": passage.statement, "words": passage.text, "from": describe_source(passage)} for passage in found
        ]
        return JSONResponse({"found": rows})

    def _say_statements(self, answer: Answer) -> tuple[SentenceRow, ...]:
        """Returns the statements that the answer rests on, in the words of the sources."""
        keys = dict.fromkeys(quote.key for sentence in answer.sentences for quote in sentence.quotes)
        return tuple(
            SentenceRow(passage.text, passage.statement) for passage in self.sentences.index.passages(tuple(keys))
        )

    def _read_reply(self, request: StaffRequest) -> DraftReply:
        form = request.form
        lead = form.raw("lead") if form.raw("lead").startswith(_REFERRAL) else ""
        fallback_text = form.raw("told")
        return DraftReply(
            form.raw("question"),
            _read_wording(request),
            form.raw("kind")[:32],
            lead,
            fallback_text,
            read_sentence_rows(form),
        )

    def _render(self, request: StaffRequest, reply: DraftReply, problem: str = "", status: int = 200) -> Response:
        checked: Sequence[CheckedSentence] = [
            CheckedSentence(row, "unchecked", "not checked yet") for row in reply.rows
        ]
        if reply.rows and not problem:
            checked = self.sentences.check(reply.rows)
        text = self._write(reply, checked)
        next_action = NextAction("See the approved answers", "/staff/answers")
        if reply.kind == "not_in_corpus" and request.may("editor"):
            next_action = NextAction("Write an approved answer for it", "/staff/answers/new")
        values = {"reply": reply, "checked": add_blank_rows(checked), "problem": problem, "text": text}
        return request.render("ask/ask.html", next_action, status, mail=write_mail(text), **values)

    def _write(self, reply: DraftReply, checked: Sequence[CheckedSentence]) -> str:
        if not checked:
            return reply.fallback_text
        lead = f"{self.say(reply.lead)}\n\n{self.say('general-facts')}" if reply.lead else ""
        sources = dict.fromkeys(shown.passage.source for each in checked for shown in each.quotes)
        late = [
            self.say("source-due-for-review", title=source.title, date=write_date(source.review_due))
            for source in sources
            if source.review_due < self.today()
        ]
        standard = [self.say("not-medical-advice")] if reply.wording == "patient" else []
        return write_reply(lead, checked, [*standard, *late], reply.wording)


def make_ask_pages(pages: AskPages) -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Ask", _PATH, "viewer", "Work", 10),))
    router.get("/ask", needs="viewer")(pages.show_form)
    router.get("/ask/statements", needs="viewer")(pages.find_statements)
    router.post("/ask", needs="viewer", show_again=pages.show_again)(pages.ask)
    router.post("/ask/verify", needs="viewer")(pages.verify)
    router.post("/ask/check", needs="viewer")(pages.check)
    return router


def find_excess(rows: Sequence[SentenceRow]) -> str:
    """Says what is too much to check; empty when everything fits."""
    for number, row in enumerate(rows, 1):
        if len(row.text) > MOST_CHARS or len(row.rests) > MOST_CHARS:
            longest = max(len(row.text), len(row.rests))
            return (
                f"Sentence {number} has {longest:,} characters and was not checked. It is still below. "
                f"Write at most {MOST_CHARS:,} a sentence."
            )
    if len(rows) > MOST_SENTENCES:
        return f"There are {len(rows)} sentences, none was checked. Write at most {MOST_SENTENCES}."
    return ""


def _read_question(request: StaffRequest) -> DraftReply:
    return DraftReply(request.form.raw("question"), _read_wording(request))


def _read_wording(request: StaffRequest) -> Register:
    return "colleague" if request.form.raw("wording") == "colleague" else "patient"


def _find_lead(triage: Triage | None) -> str:
    return triage.say if triage and triage.say.startswith(_REFERRAL) else ""
