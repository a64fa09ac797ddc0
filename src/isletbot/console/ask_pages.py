"""Ask: a patient's question, a draft reply, each sentence verified as it is edited, and the reply to take along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import JSONResponse, Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.reply_text import Wording, write_mail, write_reply
from isletbot.console.sentences import (
    MOST_CHARS,
    MOST_SENTENCES,
    Checked,
    Row,
    SentenceDesk,
    add_blank,
    read_form,
    to_json,
)
from isletbot.console.visit import Visit
from isletbot.dates import write_date
from isletbot.errors import InputError
from isletbot.ports import Asks
from isletbot.types import Answer, Triage

_PATH = "/staff/ask"
_REFERRAL = "needs-clinician"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a page holds of the reply under way."""

    question: str = ""
    wording: Wording = "patient"
    kind: str = ""
    lead: str = ""
    """Name of the text that goes before the facts; empty when none does."""
    told: str = ""
    """What the bot says itself where it has no facts to give."""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class AskPages:
    bot: Asks
    sentences: SentenceDesk
    say: Callable[..., str]
    today: Callable[[], date]

    def show_form(self, visit: Visit) -> Response:
        return self._render(visit, Reply())

    def ask(self, visit: Visit) -> Response:
        typed = Reply(visit.form.raw("question"), _read_wording(visit))
        try:
            answer = self.bot.ask(visit.form.text("question", most=MOST_CHARS, least=1))
        except InputError as error:
            return self._render(visit, typed, str(error), 422)
        visit.write_down("answer.asked", detail=f"{answer.kind}, in {typed.wording} wording")
        rows = self.sentences.read_rows(answer.sentences)
        if typed.wording == "colleague":
            rows = self._say_statements(answer)
        lead = _lead_of(answer.trace.triage) if answer.kind == "needs_clinician" else ""
        told = "" if rows else answer.text
        return self._render(visit, replace(typed, kind=answer.kind, lead=lead, told=told, rows=rows))

    def verify(self, visit: Visit) -> Response:
        """Where no script has it checked as it is typed."""
        reply = self._read_reply(visit)
        if problem := find_excess(reply.rows):
            return self._render(visit, reply, problem, 422)
        return self._render(visit, reply)

    def check(self, visit: Visit) -> Response:
        """The same for a script: what is found of each sentence, and the text to take along."""
        reply = self._read_reply(visit)
        if problem := find_excess(reply.rows):
            return JSONResponse({"problem": problem}, 422)
        checked = self.sentences.check(reply.rows)
        text = self._write(reply, checked)
        return JSONResponse({"sentences": list(map(to_json, checked)), "text": text, "mail": write_mail(text)})

    def _say_statements(self, answer: Answer) -> tuple[Row, ...]:
        """What the reply rests on, as the sources say it."""
        keys = dict.fromkeys(quote.key for sentence in answer.sentences for quote in sentence.quotes)
        return tuple(Row(passage.text, passage.statement) for passage in self.sentences.index.passages(tuple(keys)))

    def _read_reply(self, visit: Visit) -> Reply:
        form = visit.form
        lead = form.raw("lead") if form.raw("lead").startswith(_REFERRAL) else ""
        told = form.raw("told")
        return Reply(form.raw("question"), _read_wording(visit), form.raw("kind")[:32], lead, told, read_form(form))

    def _render(self, visit: Visit, reply: Reply, problem: str = "", status: int = 200) -> Response:
        checked: Sequence[Checked] = [Checked(row, "unchecked", "not checked yet") for row in reply.rows]
        if reply.rows and not problem:
            checked = self.sentences.check(reply.rows)
        text = self._write(reply, checked)
        step = NextStep("See the approved answers", "/staff/answers")
        if reply.kind == "not_in_corpus" and visit.may("editor"):
            step = NextStep("Write an approved answer for it", "/staff/answers/new")
        given = {"reply": reply, "checked": add_blank(checked), "problem": problem, "text": text}
        return visit.render("ask/ask.html", step, status, mail=write_mail(text), **given)

    def _write(self, reply: Reply, checked: Sequence[Checked]) -> str:
        if not checked:
            return reply.told
        lead = f"{self.say(reply.lead)}\n\n{self.say('general-facts')}" if reply.lead else ""
        sources = dict.fromkeys(shown.passage.source for each in checked for shown in each.quotes)
        late = [
            self.say("source-due-for-review", title=source.title, date=write_date(source.review_due))
            for source in sources
            if source.review_due < self.today()
        ]
        standard = [self.say("not-medical-advice")] if reply.wording == "patient" else []
        return write_reply(lead, checked, [*standard, *late], reply.wording)


def make_ask_pages(shown: AskPages) -> Pages:
    pages = Pages(menu=(MenuEntry("Ask", _PATH, "viewer", "Work", 10),))
    pages.get("/ask", needs="viewer")(shown.show_form)
    pages.post("/ask", needs="viewer")(shown.ask)
    pages.post("/ask/verify", needs="viewer")(shown.verify)
    pages.post("/ask/check", needs="viewer")(shown.check)
    return pages


def find_excess(rows: Sequence[Row]) -> str:
    """Empty when there is no more than can be checked."""
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


def _read_wording(visit: Visit) -> Wording:
    return "colleague" if visit.form.raw("wording") == "colleague" else "patient"


def _lead_of(triage: Triage | None) -> str:
    return triage.say if triage and triage.say.startswith(_REFERRAL) else ""
