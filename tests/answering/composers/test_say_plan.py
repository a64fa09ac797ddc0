"""A plan becomes sentences: an opening once, plain forms, short forms only where a statement goes on, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from isletbot.answering.composers.say_plan import Plan, say_plan
from isletbot.types import ApprovedAnswer, Passage, Quote, Sentence
from tests.builders import DEATHS, INDEPENDENCE, OPENINGS, PROGRAMME, a_passage, a_source

OFF = replace(a_passage(INDEPENDENCE), say="10 of 12 people came off insulin.", again="10 of them came off insulin.")
DIED = replace(a_passage(DEATHS), say="Two of the 14 people died.", again="Two of them died.")
OTHER = replace(a_passage(PROGRAMME, source=a_source(id="vertex")), again="They had been followed for one year.")


def quote(passage: Passage) -> Quote:
    return Quote(passage.key, passage.text, passage.start, passage.end)


def an_answer(name: str, *sentences: Sentence) -> ApprovedAnswer:
    day = date(2026, 11, 30)
    return ApprovedAnswer(name, ("who?",), sentences, "Al", "Bo", day, day, date.max)


CAME_OFF = Sentence("Ten came off insulin.", (quote(OFF),))
TWO_DIED = Sentence("Two died.", (quote(DIED),))


def texts(plan: Plan) -> list[str]:
    return [sentence.text for sentence in say_plan(plan, OPENINGS)]


def test_a_statement_is_said_in_its_plain_form_with_its_exact_words_as_the_quote() -> None:
    assert say_plan(Plan(statements=(OFF,)), OPENINGS) == (Sentence(OFF.say, (quote(OFF),)),)
    assert texts(Plan(statements=(a_passage(DEATHS),))) == [DEATHS]


def test_the_short_form_follows_a_statement_of_the_same_section_only() -> None:
    assert texts(Plan(statements=(OFF, DIED))) == [OFF.say, DIED.again]
    assert texts(Plan(statements=(OFF, OTHER))) == [OFF.say, PROGRAMME]
    assert texts(Plan(statements=(OFF, replace(DIED, heading="Safety")))) == [OFF.say, DIED.say]


def test_an_opening_stands_before_the_first_sentence_of_the_first_answer() -> None:
    said = say_plan(Plan((an_answer("a", CAME_OFF), an_answer("b", TWO_DIED)), opening="no"), OPENINGS)
    assert said[0] == Sentence("No. Ten came off insulin.", CAME_OFF.quotes, opening="No.")
    assert said[1] == TWO_DIED


def test_no_sentence_is_said_twice() -> None:
    assert texts(Plan((an_answer("a", CAME_OFF, TWO_DIED), an_answer("b", TWO_DIED)))) == [CAME_OFF.text, TWO_DIED.text]


def test_what_a_second_answer_says_of_the_same_statement_in_like_words_is_not_said_again() -> None:
    first = Sentence("The record listed phase 3 and 52 people on 4 October.", (quote(OFF),))
    again = Sentence("The record listed 52 people on 4 October.", (quote(OFF),))
    assert texts(Plan((an_answer("a", first), an_answer("b", again)))) == [first.text]
    assert texts(Plan((an_answer("a", again), an_answer("b", first)))) == [again.text, first.text]
    assert texts(Plan((an_answer("a", first, again),))) == [first.text, again.text]
    elsewhere = replace(again, quotes=(quote(DIED),))
    assert texts(Plan((an_answer("a", first), an_answer("b", elsewhere)))) == [first.text, elsewhere.text]


def test_nothing_planned_is_nothing_said() -> None:
    assert say_plan(Plan(opening="yes"), OPENINGS) == ()
