"""Whether a text answers a question: each thing that tells, one at a time."""

import pytest

from isletbot.answering.alignment import Alignment, align, read_text, split_sentences
from isletbot.answering.answer_types import find_types, holds_all
from isletbot.answering.answerability import GIVEN, Asked
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.types import Part
from tests.builders import DEATHS, INDEPENDENCE, a_passage

TOWN = "The mill was built by Anna Brown in 1880. It stands beside the northern bridge and grinds wheat."


def aligned(question: str, text: str = TOWN) -> Alignment:
    return align(read_text(question), text, 0.6, lambda word: 1.0)


def fit_given(question: str, text: str, near: float = 0.6) -> float:
    lexicon = Lexicon((a_passage(INDEPENDENCE), a_passage(DEATHS), a_passage(TOWN)), Glossary())
    return Asked(Part(question), lexicon).fit_given(text, near).score


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("When was the mill built?", TOWN, True),
        ("When was the mill built?", "The mill was built by Anna Brown.", False),
        ("When did it open in 1880?", "It opened in 1880.", False),
        ("How many people died?", DEATHS, True),
        ("How many people died?", "People died in the trial.", False),
        ("Who built the mill?", TOWN, True),
        ("Who is it for?", "It is for adults with type 1 diabetes.", True),
        ("Who built it?", "It was built of stone.", False),
        ("Where are the cells infused?", "They are infused into the portal vein.", True),
        ("Where are the cells infused?", "They are infused slowly.", False),
        ("What was the average age?", "The mean age was 42.", True),
        ("What was the average age?", "The ages were 40 and 44.", False),
        ("Does it grind wheat?", TOWN, True),
    ],
)
def test_a_question_word_wants_a_thing_of_its_kind_that_the_question_does_not_bring(
    question: str, text: str, held: bool
) -> None:
    assert holds_all(find_types(question), text, question) is held


def test_the_sentence_that_covers_most_of_the_question_speaks_for_the_text() -> None:
    assert aligned("Who built the mill?").covered == 1.0
    assert aligned("Who built the northern bridge?").covered < 1.0


def test_a_denial_in_the_question_alone_is_seen() -> None:
    assert aligned("What does the mill not grind?").denied == 1.0
    assert aligned("What does the mill grind?").denied == 0.0
    assert aligned("What does it not grind?", "It does not grind wheat.").denied == 0.0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What stands beside the southern bridge?", TOWN),
        ("What do uncivilised people grind?", "Civilised people grind wheat."),
    ],
)
def test_the_opposite_of_a_word_is_seen(question: str, text: str) -> None:
    assert aligned(question, text).opposed == 1.0
    assert aligned("What stands beside the northern bridge?").opposed == 0.0


def test_another_word_in_the_place_of_one_that_is_asked_for_is_a_swap() -> None:
    assert aligned("What stands beside the stone bridge?").swapped == 1.0
    assert aligned("What stands beside the northern bridge?").swapped == 0.0


def test_names_and_numbers_that_the_sentence_lacks_are_counted() -> None:
    assert aligned("Did Anna Brown build it in 1880?").unnamed == 0.0
    assert aligned("Did Anna Green build it in 1890?").unnamed == 2.0


def test_a_list_of_names_is_no_prose() -> None:
    assert aligned("Who built it?", "Mill Bridge Anna Brown Wheat 1880").prose < aligned("Who built it?").prose


def test_an_empty_text_covers_nothing() -> None:
    assert aligned("Who built it?", " ").covered == 0.0
    assert split_sentences(" ") == []


def test_of_two_texts_as_near_the_one_that_holds_the_answer_fits_better() -> None:
    question = "When was the mill built?"
    assert fit_given(question, TOWN) > fit_given(question, "The mill was never built.")
    assert fit_given("Who did not build the mill?", TOWN) < fit_given("Who built the mill?", TOWN)


def test_a_near_text_that_covers_the_question_is_more_likely_than_not_to_answer_it() -> None:
    assert fit_given("How many people died in the trial?", DEATHS, near=0.8) >= GIVEN
    assert fit_given("How many people died in the trial?", TOWN, near=0.1) < GIVEN
