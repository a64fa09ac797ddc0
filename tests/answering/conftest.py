"""A line over a small corpus, and the same line with a chat model before the quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from isletbot.answering.chat_model.composer import ModelComposer
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.glossary import Lexicon
from isletbot.answering.graph import Bot
from isletbot.answering.line import Line
from isletbot.answering.question import Limits
from isletbot.answering.red_flags.rules import parse_rules
from isletbot.answering.retrieve import Retrieval
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.inference.scripted import HashEmbeddings, ScriptedChat, ScriptedRoutes
from isletbot.ingestion.load import load_corpus
from isletbot.ports import ChatModel
from isletbot.prompts import load_prompts
from isletbot.storage.memory_passages import MemoryPassages
from tests.builders import OPENINGS, a_corpus, a_judge
from tests.study_words import STUDY

PROMPTS = load_prompts(Path(__file__).parents[2] / "prompts", emergency="911", crisis="988", contact="your own doctor")
RULES = parse_rules(PROMPTS.folder("triage"))


class Today:
    def today(self) -> date:
        return date(2026, 11, 20)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    embeddings = HashEmbeddings()
    index = MemoryPassages(load_corpus(a_corpus(tmp_path)), embeddings)
    lexicon = Lexicon(index.everything(), index.glossary)
    judge = a_judge(index.everything())
    return Line(
        index=index,
        answers=index.answers,
        embeddings=embeddings,
        lexicon=lexicon,
        retrieval=Retrieval(0.4, 10),
        rulebook=lambda: RULES,
        classifier=ScriptedRoutes(),
        urgent=0.5,
        judge=judge,
        entailment=LedgerEntailment(STUDY),
        composers=(QuotesComposer(lexicon, judge.statement),),
        say=PROMPTS.say,
        starters=("Did anyone die?",),
        openings=OPENINGS,
        clock=Today(),
        limits=Limits(question_chars=200, history_turns=4),
        versions={"index": index.version},
    )


@pytest.fixture
def with_model(line: Line) -> Callable[[ChatModel], Bot]:
    def make(chat: ChatModel) -> Bot:
        quotes = QuotesComposer(line.lexicon, line.judge.statement)
        composer = ModelComposer(chat, PROMPTS.ask, quotes.find_fitting)
        return Bot(replace(line, composers=(composer, *line.composers)))

    return make


@pytest.fixture
def with_replies(with_model: Callable[[ChatModel], Bot]) -> Callable[..., Bot]:
    """A bot whose model gives these replies in turn; `{0}` in one is the key of the first passage it was shown."""

    def make(*replies: str) -> Bot:
        left = list(replies)

        def reply(_system: str, user: str) -> str:
            keys = [line.split()[1].rstrip(",") for line in user.splitlines() if line.startswith("PASSAGE ")]
            return left.pop(0).format(*keys) if left else ""

        return with_model(ScriptedChat(reply))

    return make
