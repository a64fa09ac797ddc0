"""An approved answer is given to a question that surely asks for it; whatever is unsure is left to the quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.graph import Bot, Line
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.storage.passages_memory import MemoryPassages
from isletbot.types import NearAnswer, Sentence, Turn
from tests.answering.test_graph import Heard
from tests.builders import ANSWERS, DEATHS, RESULTS, a_corpus, a_digest

CAME_OFF = "At day 365, 10 of the 12 people given the full dose were insulin independent."
DIED = "Two of the 14 people died."
MakeBot = Callable[..., Bot]


@pytest.fixture
def make_bot(line: Line, tmp_path: Path) -> MakeBot:
    """The line of the other tests, with approved answers before its quotes."""

    def make(answers: str = ANSWERS) -> Bot:
        index = MemoryPassages(load_corpus(a_corpus(tmp_path, answers=answers)), HashEmbeddings())
        composers = (ApprovedComposer(line.lexicon, QuotesComposer(line.lexicon)), *line.composers)
        return Bot(replace(line, index=index, answers=index.answers, composers=composers))

    return make


def said(sentences: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_a_question_asked_in_other_words_gets_the_answer_with_its_citations(make_bot: MakeBot) -> None:
    answer = make_bot().ask("Was somebody able to stop insulin?")
    assert answer.composer == "approved"
    assert said(answer.sentences) == [CAME_OFF, DIED]
    assert [citation.quote for citation in answer.citations][1] == "Two of the 14 people in the zimislecel trial died"


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("Did anyone die?", "near"),  # the quotes begin with what the answer says too, but nobody asked for all of it
        ("Who stopped insulin and when?", "none comes into question"),  # two questions in one
        ("How were people followed?", "none comes into question"),  # the answer lacks what the quotes say
    ],
)
def test_a_question_that_may_ask_for_something_else_is_left_to_the_quotes(
    make_bot: MakeBot, question: str, why: str
) -> None:
    answer = make_bot().ask(question)
    assert answer.composer != "approved"
    assert why in dict(answer.trace.drafts)["approved"]


def test_the_quotes_go_on_with_the_part_that_no_answer_speaks_to_and_nothing_is_heard_twice(make_bot: MakeBot) -> None:
    heard = Heard()
    answer = make_bot().ask("Who stopped insulin? How long were people followed?", listener=heard)
    assert said(answer.sentences)[:2] == [CAME_OFF, DIED]
    assert len(answer.sentences) > 2
    assert [text for text, _ in heard.sentences] == said(answer.sentences)
    assert [numbers for _, numbers in heard.sentences][:2] == [[1], [2]]
    assert [composer for composer, _ in answer.trace.drafts] == ["approved", "quotes"]


def test_an_answer_is_served_on_its_last_day_and_not_after(make_bot: MakeBot) -> None:
    answers = make_bot().line.answers
    [vector] = HashEmbeddings().embed(["Who stopped insulin?"])
    assert [near.answer.id for near in answers.nearest(vector, 3, date(2027, 1, 31))] == ["off-insulin"]
    assert answers.nearest(vector, 3, date(2027, 2, 1)) == ()
    old = make_bot(ANSWERS.replace("expires: 2027-01-31", "expires: 2026-11-19"))
    assert old.ask("Who stopped insulin?").composer == "quotes"


def test_an_answer_of_another_store_is_served_without_a_change_to_the_line(make_bot: MakeBot) -> None:
    """As the console will keep them: whatever has `nearest` may stand in."""
    bot = make_bot()
    stored = bot.line.answers.nearest(HashEmbeddings().embed(["Who stopped insulin?"])[0], 1, date(2026, 11, 20))

    class Live:
        def nearest(self, vector: object, limit: int, today: date) -> tuple[NearAnswer, ...]:
            return stored

    assert Bot(replace(bot.line, answers=Live())).ask("Who stopped insulin?").composer == "approved"


def test_an_answer_with_a_quote_that_is_served_no_more_is_not_given(make_bot: MakeBot, tmp_path: Path) -> None:
    bot = make_bot()
    paper = a_digest(body=RESULTS.replace(DEATHS, "Two people in the trial died."))
    without = MemoryPassages(load_corpus(a_corpus(tmp_path, paper_md=paper)), HashEmbeddings())
    answer = Bot(replace(bot.line, index=without)).ask("Who stopped insulin?")
    assert answer.composer == "quotes"


def test_a_follow_up_is_not_given_the_answer_it_has_had(make_bot: MakeBot) -> None:
    bot = make_bot()
    first = bot.ask("Who stopped insulin?")
    history = (Turn("user", "Who stopped insulin?"), Turn("assistant", first.text))
    assert bot.ask("who else was it?", history).composer != "approved"
    assert bot.ask("Who stopped insulin?", history).composer == "approved"
