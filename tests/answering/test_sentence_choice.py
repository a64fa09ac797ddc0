"""Of an approved answer is said what the message asks for, and what it cannot be said without."""

from __future__ import annotations

import pytest

from isletbot.answering.sentence_choice import choose_sentences
from isletbot.types import Evidence, Found, Part, Quote, ScoredPassage, Sentence
from tests.builders import a_passage

PUBLISHED = "The paper was published in a journal."
ONLINE = "It came out online in June."
TITLE = "The title is Islets."
DOI = "The DOI is 10.1056/x."
NOTHING = Evidence(())


def choose(scores: tuple[float, ...], *texts: str) -> list[str]:
    sentences = [Sentence(text, ()) for text in texts or (PUBLISHED, ONLINE, TITLE, DOI)]
    return [one.text for one in choose_sentences(sentences, scores, NOTHING)]


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
    said = [Sentence(one.text, (Quote(one.key, one.text, 0, len(one.text)),)) for one in (paper, corrected)]
    assert choose_sentences(said, (0.0, 0.9), Evidence((found,))) == tuple(said)
