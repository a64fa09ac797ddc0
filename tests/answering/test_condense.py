"""A question is made to stand alone by rules: short forms, the separate questions in it, what it leans on."""

import pytest

from isletbot.answering.condense import condense_question
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.types import Triage
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
    ),
)


def parts(text: str, *earlier: str) -> list[tuple[str, str]]:
    return [(part.text, part.leans_on) for part in condense_question(a_question(text, *earlier), LEXICON).parts]


def test_a_question_that_stands_alone_is_left_as_it_is() -> None:
    assert parts("Was there a control group?", "Did anyone die?", "Two people died.") == [
        ("Was there a control group?", "")
    ]


def test_no_word_is_changed_and_the_terms_are_written_out() -> None:
    [part] = condense_question(a_question("how is VX-880 made by the teem"), LEXICON).parts
    assert (part.text, part.terms) == ("how is VX-880 made by the teem", "how is zimislecel made by the teem")


def test_a_message_stands_with_the_turn_before_it() -> None:
    query = condense_question(a_question("what of it?", "Did anyone\ndie?", "Two people died."), LEXICON)
    assert query.text == "what of it?"
    assert [part.message for part in query.parts] == ["what of it? | before: Did anyone die?"]


def test_a_question_without_a_turn_before_is_its_own_message() -> None:
    [part] = condense_question(a_question("Was there  a control group?"), LEXICON).parts
    assert part.message == part.text == "Was there a control group?"


def test_each_part_is_read_with_the_part_before_it() -> None:
    query = condense_question(a_question("Did anyone die? Was it the cells?", "Hello", "Hello."), LEXICON)
    assert [part.message for part in query.parts] == [
        "Did anyone die? | before: Hello",
        "Was it the cells? | before: Did anyone die?",
    ]


def test_terms_hold_what_a_part_leans_on() -> None:
    [part] = condense_question(a_question("why?", "Did anyone die?", "Two people died."), LEXICON).parts
    assert (part.terms, part.leans_on) == ("why? die", "die")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Did anyone die? Was there a placebo?", ["Did anyone die?", "Was there a placebo?"]),
        ("Did anyone die and was there a placebo?", ["Did anyone die", "was there a placebo?"]),
        ("Which age may join, and in which countries?", ["Which age may join", "in which countries?"]),
        ("I have had diabetes for years. Did anyone die?", ["I have had diabetes for years. Did anyone die?"]),
        (
            "I am new here. Did anyone die? Was there a placebo?",
            ["I am new here. Did anyone die?", "Was there a placebo?"],
        ),
        (
            "Did anyone die? Was there a placebo? I am new here.",
            ["Did anyone die?", "Was there a placebo? I am new here."],
        ),
        ("Who paid? Who died? Who ran it? Who wrote it?", ["Who paid? Who died? Who ran it? Who wrote it?"]),
        ("they survived, all 12 of them", ["they survived, all 12 of them"]),
    ],
)
def test_the_separate_questions_are_told_apart(text: str, pieces: list[str]) -> None:
    assert [piece for piece, _ in parts(text)] == pieces


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


def test_a_word_of_agreement_is_no_question_of_its_own() -> None:
    assert [piece for piece, _ in parts("ok but how many died?")] == ["ok but how many died?"]


def test_what_the_bot_has_said_is_kept_for_the_composer() -> None:
    query = condense_question(a_question("why?", "Did anyone die?", "Two people died."), LEXICON)
    assert query.said == ("Two people died.",)


def test_five_hundred_turns_and_a_wall_of_text_end_in_a_few_parts() -> None:
    earlier = ("Did anyone die?", "Two people died.") * 250
    assert len(parts("why? " * 400, *earlier)) <= 3


def test_nothing_leans_on_a_turn_beside_the_topic() -> None:
    question = a_question("why?", "Did anyone die?", "Two people died.", "Nice weather", "I know one topic.")
    aside = Triage("answer", "none", "", asides=(1,))
    [part] = condense_question(question, LEXICON, aside).parts
    assert (part.message, part.leans_on) == ("why? Did anyone die?", "die")
    [alone] = condense_question(question, LEXICON, Triage("answer", "none", "", asides=(0, 1))).parts
    assert (alone.message, alone.leans_on) == ("why?", "")


def test_a_part_off_topic_is_marked_and_small_talk_is_left_out() -> None:
    question = a_question("How are you? Did anyone die? Who won the cup?")
    beside = Triage("answer", "none", "", off_topic=("Who won the cup?",), small_talk=("How are you?",))
    query = condense_question(question, LEXICON, beside)
    assert [(part.text, part.off_topic) for part in query.parts] == [
        ("Did anyone die?", False),
        ("Who won the cup?", True),
    ]


@pytest.mark.parametrize("why", ["why?", "But why not", "how come?", "why is that?"])
def test_a_bare_why_is_read_in_front_of_the_question_before_it(why: str) -> None:
    [part] = condense_question(a_question(why, "Is it a cure?", "No."), LEXICON).parts
    assert (part.text, part.message) == (why, f"{why} Is it a cure?")


def test_a_why_with_a_subject_is_read_like_any_follow_up() -> None:
    [part] = condense_question(a_question("why did they die?", "Is it a cure?", "No."), LEXICON).parts
    assert part.message == "why did they die? | before: Is it a cure?"


def test_thanks_and_what_is_taken_back_are_no_part_of_the_question() -> None:
    assert condense_question(a_question("No, I meant the HbA1c"), LEXICON).text == "the HbA1c"
    assert condense_question(a_question("Did anyone die? Gracias"), LEXICON).text == "Did anyone die?"
