"""An approved answer is given where the judge is sure that it is meant; whatever is unsure is left to the quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.glossary import Lexicon
from isletbot.answering.graph import Bot
from isletbot.answering.line import Line
from isletbot.corpus import Example, Glossary
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.types import (
    ApprovedAnswer,
    Draft,
    Evidence,
    Found,
    NearAnswer,
    Part,
    Query,
    Quote,
    ScoredPassage,
    Sentence,
    Turn,
)
from tests.answering.test_graph import Heard
from tests.builders import (
    ANSWERS,
    DEATHS,
    INDEPENDENCE,
    OPENINGS,
    RESULTS,
    Unheard,
    a_corpus,
    a_digest,
    a_judge,
    a_passage,
)

CAME_OFF = "At day 365, 10 of the 12 people given the full dose were insulin independent."
DIED = "Two of the 14 people died."
KNOWN = (
    Example("Was somebody able to stop insulin?", ("off-insulin",)),
    Example("Did anyone die?", ()),
    Example("How long were people followed?", ()),
)
LEAST = 0.5
PASSAGE = a_passage()
LEXICON = Lexicon([PASSAGE], Glossary(elsewhere=(("Lantidra", "donislecel"), ("Fooglutide",))))
MakeBot = Callable[..., Bot]


@pytest.fixture
def make_bot(line: Line, tmp_path: Path) -> MakeBot:
    """The line of the other tests, with approved answers before its quotes and messages that the judge knows."""

    def make(answers: str = ANSWERS, known: Sequence[Example] = KNOWN) -> Bot:
        index = MemoryPassages(load_corpus(a_corpus(tmp_path, answers=answers)), HashEmbeddings())
        judge = a_judge(index.everything(), known)
        composers = (ApprovedComposer(line.lexicon, judge.answer, OPENINGS), *line.composers)
        return Bot(replace(line, index=index, answers=index.answers, judge=judge, composers=composers))

    return make


def said(sentences: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def a_near(relevance: float, text: str = INDEPENDENCE, listed: bool = False, name: str = "off") -> NearAnswer:
    day = date(2026, 11, 20)
    sentences = (Sentence(text, (Quote(PASSAGE.key, PASSAGE.text, PASSAGE.start, PASSAGE.end),)),)
    answer = ApprovedAnswer(name, (f"Who came {name}?",), sentences, "Al", "Bo", day, day, date.max)
    return NearAnswer(answer, (0.9,), relevance, listed)


def evidence(*near: NearAnswer, ask: str = "Who came off?", served: bool = True) -> Evidence:
    return Evidence((Found(Part(ask), (), near),), quoted=(PASSAGE,) if served else ())


def compose(found: Evidence, begun: Draft | None = None) -> Draft:
    parts = tuple(one.part for one in found.found)
    query = Query(" ".join(part.text for part in parts), parts)
    start = begun or Draft("none", (), unanswered=parts)
    return ApprovedComposer(LEXICON, LEAST, OPENINGS).compose(query, found, start, Unheard())


@pytest.mark.parametrize(("relevance", "given"), [(1.0, True), (LEAST, True), (LEAST - 0.01, False), (0.0, False)])
def test_an_answer_is_given_from_the_least_relevance_on(relevance: float, given: bool) -> None:
    draft = compose(evidence(a_near(relevance)))
    assert bool(draft.sentences) is given
    assert draft.approved == (("off",) if given else ())
    assert bool(draft.unanswered) is not given
    assert draft.declined == ("" if given else f"off: relevance {relevance:.2f}")


def test_of_two_answers_the_likelier_is_given() -> None:
    draft = compose(evidence(a_near(0.6, "Ten came off."), a_near(0.7, "Two died.", name="died")))
    assert said(draft.sentences) == ["Two died."]


def test_a_name_from_elsewhere_is_not_answered_with_our_own() -> None:
    draft = compose(evidence(a_near(0.9), ask="Who came off with donislecel?"))
    assert draft.sentences == ()
    assert "does not speak of" in draft.declined
    assert "Lantidra" in draft.declined


def test_an_answer_that_speaks_of_the_name_is_given() -> None:
    near = a_near(0.9, "Lantidra is another treatment.")
    assert compose(evidence(near, ask="Who came off with donislecel?")).sentences
    assert not compose(evidence(near, ask="Is Fooglutide better than Lantidra?")).sentences


def test_a_listed_way_of_asking_is_given_whatever_it_names() -> None:
    assert compose(evidence(a_near(1.0, listed=True), ask="Who came off with donislecel?")).sentences


@pytest.mark.parametrize("listed", [True, False])
def test_an_answer_whose_source_is_withdrawn_is_not_given(listed: bool) -> None:
    draft = compose(evidence(a_near(1.0, listed=listed), served=False))
    assert draft.sentences == ()
    assert draft.declined == "off: a source of it is not served"


def test_a_part_without_candidates_is_left() -> None:
    draft = compose(evidence())
    assert (draft.declined, draft.unanswered) == ("none comes into question", (Part("Who came off?"),))


def test_only_parts_that_are_open_are_answered() -> None:
    begun = Draft("model", (Sentence("Ten.", ()),), unanswered=())
    draft = compose(evidence(a_near(1.0)), begun)
    assert (draft.composer, said(draft.sentences)) == ("model", ["Ten."])


def test_one_answer_to_two_parts_is_said_once() -> None:
    found = Evidence(tuple(Found(Part(ask), (), (a_near(0.9),)) for ask in ("Who?", "How many?")), quoted=(PASSAGE,))
    draft = compose(found)
    assert said(draft.sentences) == [INDEPENDENCE]
    assert draft.unanswered == ()


def test_what_was_not_given_is_suggested() -> None:
    draft = compose(evidence(a_near(0.9), a_near(0.1, "Two died.", name="died")))
    assert draft.suggestions == ("Who came died?",)


def test_the_likeliest_answer_is_told_with_why_it_is_not_given() -> None:
    composer = ApprovedComposer(LEXICON, LEAST, OPENINGS)
    found = evidence(a_near(0.2), a_near(0.4, name="died"))
    match = composer.match(found.found[0], found)
    assert match is not None
    assert (match.near.answer.id, match.least, match.reason) == ("died", LEAST, "died: relevance 0.40")
    assert composer.match(Found(Part("?"), (ScoredPassage(PASSAGE, 1.0, 1.0, 1.0),)), found) is None


def test_a_question_asked_in_other_words_gets_the_answer_with_its_citations(make_bot: MakeBot) -> None:
    answer = make_bot().ask("Was somebody able to stop insulin?")
    assert answer.composer == "approved"
    assert said(answer.sentences) == [CAME_OFF, DIED]
    assert [citation.quote for citation in answer.citations][1] == "Two of the 14 people in the zimislecel trial died"
    assert answer.trace.approved == ("off-insulin",)


@pytest.mark.parametrize("question", ["Did anyone die?", "How long were people followed?"])
def test_a_near_miss_is_left_to_the_quotes(make_bot: MakeBot, question: str) -> None:
    answer = make_bot().ask(question)
    assert answer.composer != "approved"
    assert "relevance" in dict(answer.trace.drafts)["approved"]


def test_the_quotes_go_on_with_the_part_that_no_answer_speaks_to_and_nothing_is_heard_twice(make_bot: MakeBot) -> None:
    heard = Heard()
    followed = [one.key for one in make_bot().line.index.everything() if "followed" in " ".join((one.text, *one.asks))]
    known = (*KNOWN[:2], Example("How long were people followed?", tuple(followed)))
    answer = make_bot(known=known).ask("Who stopped insulin? How long were people followed?", listener=heard)
    assert said(answer.sentences)[:2] == [CAME_OFF, DIED]
    assert len(answer.sentences) > 2
    assert [text for text, _ in heard.sentences] == said(answer.sentences)
    assert [numbers for _, numbers in heard.sentences][:2] == [[1], [1]]
    assert [composer for composer, _ in answer.trace.drafts] == ["approved", "quotes"]


def test_an_answer_is_served_on_its_last_day_and_not_after(make_bot: MakeBot) -> None:
    answers = make_bot().line.answers
    [vector] = HashEmbeddings().embed(["Who stopped insulin?"])
    assert [near.answer.id for near in answers.nearest(vector, 3, date(2027, 1, 31))] == ["off-insulin"]
    assert answers.nearest(vector, 3, date(2027, 2, 1)) == ()


def test_an_answer_with_a_quote_that_is_served_no_more_is_not_given(make_bot: MakeBot, tmp_path: Path) -> None:
    bot = make_bot()
    paper = a_digest(body=RESULTS.replace(DEATHS, "Two people in the trial died."))
    without = MemoryPassages(load_corpus(a_corpus(tmp_path, paper_md=paper)), HashEmbeddings())
    answer = Bot(replace(bot.line, index=without)).ask("Who stopped insulin?")
    assert answer.composer != "approved"
    assert dict(answer.trace.drafts)["approved"] == "off-insulin: a source of it is not served"


def test_the_same_question_may_be_asked_twice(make_bot: MakeBot) -> None:
    bot = make_bot()
    first = bot.ask("Who stopped insulin?")
    history = (Turn("user", "Who stopped insulin?"), Turn("assistant", first.text))
    assert bot.ask("Who stopped insulin?", history).text == first.text
