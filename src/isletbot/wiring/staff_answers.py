"""The answers that staff write: put among those that are served, and shown in the console."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from isletbot.answering.explain import explain_answers
from isletbot.answering.graph import Bot, Line
from isletbot.answering.words import stem, tokenise
from isletbot.console.answer_desk import AnswerDesk, Trial
from isletbot.console.answer_pages import AnswerPages, make_answer_pages
from isletbot.console.ask_pages import AskPages, make_ask_pages
from isletbot.console.pages import Pages
from isletbot.console.sentences import SentenceDesk
from isletbot.console.trial_box import TrialBox, make_trial_pages
from isletbot.curation.audit import Event
from isletbot.curation.staff_answers import Version
from isletbot.settings import Settings
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database, read_url
from isletbot.storage.staff_answers import SqlStaffAnswers
from isletbot.types import Passage
from isletbot.wiring.answers import make_verify
from isletbot.wiring.live_answers import Grounds, LiveAnswers, make_answer
from isletbot.wiring.reception import now

CASES = "evals/staff.jsonl"
"""In the data folder: regression cases of what staff have approved."""
_BY_ITSELF = "isletbot"
_NEAR = 5
_WORD = 4
"""Letters from which a word may tell a reply."""


@dataclass(frozen=True, slots=True)
class StaffAnswersOpen:
    line: Line
    """The line with the answers of staff among those it serves."""
    live: LiveAnswers
    store: SqlStaffAnswers
    cases_file: str
    grounds: Grounds


def open_staff_answers(
    settings: Settings, line: Line, database: Database, clock: Callable[[], datetime] = now
) -> StaffAnswersOpen:
    store, audit, grounds = SqlStaffAnswers(database), SqlAudit(database), make_grounds(line)
    path = settings.data_dir / CASES

    def unpublish(version: Version, why: str) -> None:
        with database.write():
            if store.unpublish(version, why, clock()):
                audit.append(Event(clock(), _BY_ITSELF, "answer.unpublished", version.answer_id, why))

    live = LiveAnswers(line.answers, store, grounds, unpublish, path, lambda: clock().timestamp())
    return StaffAnswersOpen(replace(line, answers=live), live, store, str(path), grounds)


def add_staff_answers(settings: Settings, line: Line) -> Line:
    """The line with what staff have approved, for a program that only asks: the records stay as they are."""
    url = read_url(settings.records_url.get_secret_value(), settings.data_dir)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return line
    store = SqlStaffAnswers(Database(url, migrate=False))
    live = LiveAnswers(line.answers, store, make_grounds(line), lambda _version, _why: None, cases_path=None)
    return replace(line, answers=live)


def make_grounds(line: Line) -> Grounds:
    return Grounds(line.index, line.embeddings, make_verify(line.index.cautions), line.clock)


def make_pages(opened: StaffAnswersOpen) -> Sequence[Pages]:
    line, grounds = opened.line, opened.grounds

    def find(text: str) -> Sequence[Passage]:
        [vector] = line.embeddings.embed([text])
        return line.index.passages([hit.key for hit in line.index.search_dense(vector, _NEAR)])

    def run_trial(question: str, version: Version | None) -> Trial:
        tried = line
        if version:
            draft = make_answer(version, grounds.standing(), grounds.verify)
            tried = replace(line, answers=opened.live.with_draft(draft))
        answer = Bot(tried).ask(question)
        return Trial(answer, explain_answers(tried, answer.trace.query) if answer.trace.query else ())

    def key_words(text: str) -> Sequence[str]:
        words = [word for word in dict.fromkeys(tokenise(text)) if word.isalpha() and len(word) >= _WORD]
        return sorted(words, key=lambda word: -line.lexicon.weight(stem(word)))

    sentences = SentenceDesk(line.index, grounds.verify, find)
    desk = AnswerDesk(
        store=opened.store,
        live=opened.live,
        sentences=sentences,
        key_words=key_words,
        run_trial=run_trial,
        today=line.clock.today,
        cases_file=opened.cases_file,
    )
    return (
        make_ask_pages(AskPages(Bot(line), sentences, line.say, line.clock.today)),
        make_trial_pages(TrialBox(desk)),
        make_answer_pages(AnswerPages(desk)),
    )
