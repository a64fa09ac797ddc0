"""A workplace whose bot answers from two small digests, and the answers that people write at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.glossary import Lexicon
from isletbot.answering.graph import Bot
from isletbot.answering.line import Line
from isletbot.answering.question import Limits
from isletbot.answering.red_flags.rules import parse_rules
from isletbot.answering.retrieve import Retrieval
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.console.console_app import make_console
from isletbot.inference.scripted import HashEmbeddings, ScriptedRoutes
from isletbot.ingestion.load import load_corpus
from isletbot.prompts import load_prompts
from isletbot.settings import load_settings
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.sql_rule_reviews import SqlRuleReviews
from isletbot.wiring.console import ConsoleDependencies, make_own_pages, make_pages_of_answers
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.serving import open_rules, open_switch
from isletbot.wiring.staff_answers import StaffAnswersOpen, open_staff_answers
from tests.builders import OPENINGS, a_corpus, a_judge
from tests.console.people import Person, Workplace, a_workplace
from tests.server.contexts import TurnedClock
from tests.study_words import STUDY

PROMPTS = load_prompts(Path(__file__).parents[2] / "prompts", emergency="911", crisis="988", contact="your own doctor")
RULES = parse_rules(PROMPTS.folder("triage"))
ASK = "Was anybody able to stop insulin?"
CAME_OFF = "At day 365, 10 of the 12 people given the full dose were insulin independent."
RESTS = "paper#independence"
WRONG = "All 12 people given the full dose were insulin independent at day 365."
FORM: Mapping[str, Any] = {
    "asks": f"{ASK}\nWho could stop insulin?",
    "text": CAME_OFF,
    "rests": RESTS,
    "owner": "anna",
    "review_due": "2027-11-20",
    "expires": "",
    "why": "First version",
    "based_on": "0",
    "do": "save",
}


class Shelf:
    """An index that a test can exchange for another while the server runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.put()

    def put(self, **files: str | bytes | None) -> None:
        self.held = MemoryPassages(load_corpus(a_corpus(self._folder, **files)), HashEmbeddings())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.held, name)


@dataclass
class Calendar:
    clock: TurnedClock

    def today(self) -> date:
        return self.clock().date()


@dataclass
class AnswerPlace(Workplace):
    shelf: Shelf = field(kw_only=True)
    line: Line = field(kw_only=True)
    """Without what staff wrote."""
    folder: Path = field(kw_only=True)
    opened: StaffAnswersOpen = field(kw_only=True)

    def replica(self, folder: str = "replica") -> StaffAnswersOpen:
        """Another server on the same records."""
        settings = load_settings(data_dir=self.folder / folder)
        return open_staff_answers(settings, self.line, self.records.database, self.clock)

    @property
    def bot(self) -> Bot:
        return Bot(self.opened.line)

    def write(self, person: Person, path: str = "/staff/answers/new", **changes: str) -> str:
        """The path of the answer that was written."""
        person.get(path)
        response = person.post(path, follow=False, **{**FORM, **changes})
        assert response.status_code == 303, response.text
        person.get(response.headers["location"])
        return str(response.headers["location"])


def a_line(shelf: Shelf, clock: TurnedClock) -> Line:
    embeddings = HashEmbeddings()
    lexicon = Lexicon(shelf.everything(), shelf.glossary)
    judge = a_judge(shelf.everything())
    return Line(
        index=shelf,  # type: ignore[arg-type]
        answers=shelf.answers,
        embeddings=embeddings,
        lexicon=lexicon,
        retrieval=Retrieval(0.4, 10),
        rulebook=lambda: RULES,
        classifier=ScriptedRoutes(),
        urgent=0.5,
        judge=judge,
        entailment=LedgerEntailment(STUDY),
        composers=(ApprovedComposer(lexicon, judge.answer, OPENINGS), QuotesComposer(lexicon, judge.statement)),
        say=PROMPTS.say,
        starters=("What is zimislecel?",),
        openings=OPENINGS,
        clock=Calendar(clock),
        limits=Limits(1_000, 6),
        versions={"index": "i1"},
    )


def an_answer_place(folder: Path) -> AnswerPlace:
    place, settings = a_workplace(folder), load_settings(data_dir=folder)
    shelf = Shelf(folder)
    line = a_line(shelf, place.clock)
    opened = open_staff_answers(settings, line, place.records.database, place.clock)
    dependencies = ConsoleDependencies(
        settings,
        open_rules(settings, open_prompts(settings), place.records.database),
        open_switch(settings, place.records.database),
        {"index": "i1"},
        SqlRuleReviews(place.records.database),
    )
    console = make_console(place.context, (*make_own_pages(dependencies), *make_pages_of_answers(opened)))
    app = Starlette(routes=[Mount("/staff", console)])
    given = {"context": place.context, "records": place.records, "clock": place.clock, "app": app}
    return AnswerPlace(**given, shelf=shelf, line=line, folder=folder, opened=opened)  # type: ignore[arg-type]
