"""Why a question gets the approved answer it gets: the composer's own figures."""

from __future__ import annotations

from datetime import date

from isletbot.answering.composers.approved import ApprovedComposer
from isletbot.answering.composers.explain import explain_answers
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.types import ApprovedAnswer, Evidence, Found, NearAnswer, Part
from tests.builders import OPENINGS

LEXICON = Lexicon([], Glossary())
COMPOSERS = (ApprovedComposer(LEXICON, 0.5, OPENINGS), QuotesComposer(LEXICON, 0.3))


def a_near(name: str, relevance: float) -> NearAnswer:
    day = date(2026, 11, 20)
    return NearAnswer(ApprovedAnswer(name, (f"{name}?",), (), "Al", "Bo", day, day, date.max), (0.9,), relevance)


def test_each_part_is_explained_with_every_answer_found() -> None:
    near = (a_near("off", 0.8), a_near("died", 0.1))
    evidence = Evidence((Found(Part("Who?"), (), near), Found(Part("Why?"), (), near[1:]), Found(Part("How?"), ())))
    given, unsure, nothing = explain_answers(evidence, COMPOSERS)
    assert given.match is not None
    assert (given.part, given.match.near.answer.id, given.match.reason, given.near) == (Part("Who?"), "off", "", near)
    assert unsure.match is not None
    assert unsure.match.reason == "died: relevance 0.10"
    assert (nothing.match, nothing.near) == (None, ())


def test_without_a_composer_of_approved_answers_nothing_is_given() -> None:
    evidence = Evidence((Found(Part("Who?"), (), (a_near("off", 0.8),)),))
    [explained] = explain_answers(evidence, COMPOSERS[1:])
    assert explained.match is None
    assert len(explained.near) == 1
