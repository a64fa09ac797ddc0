"""A question is made to stand alone by rules: spelling, the separate questions in it, what it leans on."""

import pytest

from isletbot.answering.condense import condense_question
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from tests.builders import a_passage, a_question

LEXICON = Lexicon(
    [a_passage(f"Filler statement number {number}.", key=f"k{number}") for number in range(60)],
    Glossary(
        same=(
            ("zimislecel", "VX-880"),
            ("deaths", "died", "die"),
            ("HbA1c", "A1c"),
            ("placebo", "control group"),
            ("severe hypoglycaemia", "severe lows"),
        ),
        elsewhere=(("Lantidra", "donislecel"),),
        lacking=(("cost", "price"),),
    ),
)


def parts(text: str, *earlier: str) -> list[tuple[str, str]]:
    return [(part.text, part.leans_on) for part in condense_question(a_question(text, *earlier), LEXICON).parts]


def test_a_question_that_stands_alone_is_left_as_it_is() -> None:
    assert parts("Was there a control group?", "Did anyone die?", "Two people died.") == [
        ("Was there a control group?", "")
    ]


def test_a_misspelled_name_is_set_right_and_other_words_are_not_touched() -> None:
    assert parts("how is zimislicel made by the teem") == [("how is zimislecel made by the teem", "")]


def test_a_name_the_glossary_knows_to_be_elsewhere_is_not_turned_into_another() -> None:
    assert parts("What is Lantidra?") == [("What is Lantidra?", "")]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Did anyone die? Was there a placebo?", ["Did anyone die?", "Was there a placebo?"]),
        ("Did anyone die and was there a placebo?", ["Did anyone die", "was there a placebo?"]),
        ("Which age may join, and in which countries?", ["Which age may join", "in which countries?"]),
        ("I have had diabetes for years. Did anyone die?", ["Did anyone die?"]),
        ("they survived, all 12 of them", ["they survived, all 12 of them"]),
    ],
)
def test_the_separate_questions_are_told_apart_and_background_is_left_out(text: str, pieces: list[str]) -> None:
    assert [piece for piece, _ in parts(text)] == pieces


def test_background_that_a_question_points_back_to_stays_with_it() -> None:
    assert parts("Someone died of it. Which one was that?") == [("Someone died of it. Which one was that?", "")]


def test_background_is_the_question_when_the_question_only_asks_if_it_holds() -> None:
    assert parts("Someone died of meningitis. Is that true?") == [("Someone died of meningitis.", "")]


def test_what_only_says_who_wants_to_know_is_left_out() -> None:
    assert parts("My aunt would like to know if anyone died?") == [("anyone died?", "")]


@pytest.mark.parametrize("text", ["Was it the cells?", "why?", "and how many of them?"])
def test_a_follow_up_leans_on_the_subject_of_the_turn_before(text: str) -> None:
    assert parts(text, "Did anyone die?", "Two people died.") == [(text, "die")]


def test_a_follow_up_to_a_follow_up_reaches_further_back() -> None:
    [(_, leans_on)] = parts("and those?", "Tell me about HbA1c", "All were below 7%.", "was it an average?", "No.")
    assert "hba1c" in leans_on


def test_a_follow_up_that_names_its_own_subject_carries_nothing() -> None:
    assert parts("and the severe lows?", "Did anyone die?", "Two people died.") == [("and the severe lows?", "")]


def test_a_second_question_leans_on_the_first() -> None:
    assert parts("Did anyone die, and was it the cells?") == [("Did anyone die", ""), ("was it the cells?", "die")]


def test_a_second_question_of_one_sentence_leans_on_what_the_corpus_lacks() -> None:
    assert parts("What does it cost, and did the fees rise?") == [
        ("What does it cost", ""),
        ("did the fees rise?", "cost"),
    ]


@pytest.mark.parametrize("text", ["how many in the severe lows group came down with it", "which placebo was that?"])
def test_a_word_that_points_back_leans_though_a_subject_is_named(text: str) -> None:
    assert parts(text, "Did anyone die?", "Two people died.") == [(text, "die")]


def test_a_word_of_agreement_is_no_question_of_its_own() -> None:
    assert [piece for piece, _ in parts("ok but how many died?")] == ["ok how many died?"]


def test_what_the_bot_has_said_is_kept_for_the_composer() -> None:
    query = condense_question(a_question("why?", "Did anyone die?", "Two people died."), LEXICON)
    assert query.said == ("Two people died.",)


def test_five_hundred_turns_and_a_wall_of_text_end_in_a_few_parts() -> None:
    earlier = ("Did anyone die?", "Two people died.") * 250
    assert len(parts("why? " * 400, *earlier)) <= 3


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Did anyone on VX-880 die?", "Did anyone on zimislecel die?"),
        ("how long does vx-880 last", "how long does zimislecel last"),
        ("Will this therapy be sold?", "Will zimislecel be sold?"),
        ("where do the lab-grown islets settle", "where do zimislecel settle"),
        ("Where do the islets of the pancreas lie?", "Where do the islets of the pancreas lie?"),
        ("What is VX-880?", "What is VX-880?"),
        ("Is VX-880 the same drug as zimislecel?", "Is VX-880 the same drug as zimislecel?"),
        ("What does the name VX-880 come from?", "What does the name VX-880 come from?"),
        ("Who runs VX-880-101?", "Who runs VX-880-101?"),
    ],
)
def test_another_name_of_the_topic_is_read_as_the_topic_unless_the_name_is_asked_about(text: str, asked: str) -> None:
    lexicon = Lexicon(
        [a_passage(f"Zimislecel is statement number {number}.", key=f"k{number}") for number in range(5)],
        Glossary(same=(("zimislecel", "VX-880"), ("trial", "study"))),
    )
    [part] = condense_question(a_question(text), lexicon).parts
    assert part.text == asked
