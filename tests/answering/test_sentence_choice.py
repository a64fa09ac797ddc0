"""Of an approved answer is said what the message asks for, and what it cannot be said without."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isletbot.answering.sentence_choice import Choice, choose_sentences, list_scored_texts, say_choice
from isletbot.corpus import Example, Kept
from isletbot.ports import ExampleHit
from isletbot.types import ApprovedAnswer, Evidence, Found, Part, Quote, ScoredPassage, Sentence
from tests.builders import a_passage

PUBLISHED = "The paper was published in a journal."
ONLINE = "It came out online in June."
TITLE = "The title is Islets."
ALONE = "The paper came out online in June."
DOI = "The DOI is 10.1056/x."
NOTHING = Evidence(())


def an_answer(sentences: tuple[Sentence, ...]) -> ApprovedAnswer:
    return ApprovedAnswer("paper", ("Where is it?",), sentences, "Al", "Bo", *(date(2026, 11, 20),) * 3)


def choose(scores: tuple[float, ...], *texts: str) -> list[str]:
    sentences = tuple(Sentence(text, ()) for text in texts or (PUBLISHED, ONLINE, TITLE, DOI))
    return [one.text for one in say_choice(an_answer(sentences), choose_sentences(scores, ()), NOTHING)]


def hits(*kept: Kept) -> list[ExampleHit]:
    """Labelled messages, each a little farther away than the one before."""
    return [ExampleHit(Example("", ("paper",), kept=one), 0.9 - place / 100) for place, one in enumerate(kept)]


def test_labelled_messages_say_what_begins_and_what_belongs() -> None:
    told = hits(Kept((3,)), Kept((3, 0)), Kept((3,), ordered=True, complete=False))
    assert choose_sentences((0.5, 0.5, 0.5, 0.5), told) == Choice(3, frozenset({3, 0}))


def test_one_that_only_tells_the_beginning_says_nothing_of_what_belongs() -> None:
    told = hits(Kept((3,), ordered=True, complete=False), Kept((3,), ordered=True, complete=False), Kept((0, 1)))
    assert choose_sentences((0.5, 0.5, 0.5, 0.5), told) == Choice(3, frozenset({3, 0, 1}))


def test_what_few_labelled_messages_keep_is_left_out() -> None:
    told = hits(Kept((3,)), Kept((3,)), Kept((3,)), Kept((3, 0)))
    assert choose_sentences((0.9, 0.8, 0.8, 0.7), told) == Choice(3, frozenset({3}))


def test_the_score_decides_between_beginnings_with_like_votes() -> None:
    told = hits(Kept((0,), ordered=True, complete=False), Kept((3,), ordered=True, complete=False))
    assert choose_sentences((0.1, 0.1, 0.1, 0.9), told).best == 3
    assert choose_sentences((0.5, 0.5, 0.5, 0.5), told).best == 0


def test_messages_of_which_no_sentence_belongs_begin_nothing() -> None:
    told = hits(Kept(()), Kept(()), Kept((1,)))
    assert choose_sentences((0.9, 0.1, 0.1, 0.1), told) == Choice(1, frozenset({1}))


def test_what_is_not_asked_for_is_left_out() -> None:
    assert choose((0.1, 0.2, 0.1, 0.9)) == [DOI]


def test_the_best_is_said_however_little_it_scores() -> None:
    assert choose((0.0, 0.0, 0.4, 0.0)) == [TITLE]


def test_the_best_comes_first_and_the_others_in_their_order() -> None:
    assert choose((0.8, 0.1, 0.85, 0.9)) == [DOI, PUBLISHED, TITLE]


def test_a_sentence_that_leans_on_the_one_before_it_keeps_that_one() -> None:
    assert choose((0.1, 0.9, 0.1, 0.1)) == [PUBLISHED, ONLINE]


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("They were off insulin at the one-year check.", True),
        ("Of these, 2 got the half dose and 12 the full dose.", True),
        ("The other 2 still needed it then.", True),
        ("A low can then make someone pass out.", True),
        ("3 people in the trial had it.", True),
        ("In the trial 3 people had neutropenia.", False),
        ("Everyone in the trial took immune-suppressing drugs.", False),
        ("Italy has 2 sites.", False),
    ],
)
def test_a_sentence_leans_by_its_form(text: str, leans: bool) -> None:
    assert (choose((0.1, 0.9), PUBLISHED, text) == [PUBLISHED, text]) is leans


def test_what_a_stronger_source_corrects_is_said_with_the_correction() -> None:
    paper = a_passage("Two people died.")
    corrected = a_passage("One person died.", corrected_by=(paper.key,))
    found = Found(Part("deaths"), tuple(ScoredPassage(one, 1.0, 1.0, 1.0) for one in (paper, corrected)))
    said = tuple(Sentence(one.text, (Quote(one.key, one.text, 0, len(one.text)),)) for one in (paper, corrected))
    assert say_choice(an_answer(said), choose_sentences((0.0, 0.9), ()), Evidence((found,))) == said


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ((0.1, 0.9, 0.1, 0.1), [ALONE]),
        ((0.8, 0.9, 0.1, 0.1), [ALONE, PUBLISHED]),
        ((0.9, 0.8, 0.1, 0.1), [PUBLISHED, ONLINE]),
        ((0.1, 0.8, 0.1, 0.9), [DOI, ALONE]),
    ],
)
def test_a_sentence_that_leans_is_said_as_it_is_said_alone(scores: tuple[float, ...], said: list[str]) -> None:
    sentences = tuple(Sentence(text, ()) for text in (PUBLISHED, ONLINE, TITLE, DOI))
    answer = replace(an_answer(sentences), alone=((1, Sentence(ALONE, ())),))
    assert [one.text for one in say_choice(answer, choose_sentences(scores, ()), NOTHING)] == said
    assert list_scored_texts(answer) == [PUBLISHED, ALONE, TITLE, DOI]
