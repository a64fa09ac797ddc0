"""What an answer is tied to is found in the question, so that a statement without it is not taken for one."""

import pytest

from isletbot.answering.answerability import Asked
from isletbot.answering.conditions import find_conditions
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.types import Part, ScoredPassage
from tests.builders import a_passage

AT_A_YEAR = a_passage("At one year all 12 people had an HbA1c below 7%.", key="k1")
LEXICON = Lexicon(
    [AT_A_YEAR, *(a_passage(f"Filler statement number {number}.", key=f"f{number}") for number in range(40))],
    Glossary(same=(("day 365", "one year"), ("seizure", "a fit", "convulsion"), ("HbA1c", "A1c"))),
)


@pytest.mark.parametrize(
    ("question", "tied"),
    [
        ("What was it at day 30?", [{"30"}]),
        ("Any 3-year results?", [{"3"}]),
        ("What was HbA1c at day 365?", [{"same: day 365"}]),
        ("C-peptide in pmol/L?", [{"pmol"}]),
        ("How many milligrams a day?", [{"milligram"}]),
        ("Did anyone in the study have a fit during follow-up?", [{"same: seizure"}]),
        ("Did any of the women get shingles?", [{"shingl"}]),
    ],
)
def test_times_units_and_what_befell_people_are_found(question: str, tied: list[set[str]]) -> None:
    assert [set(concepts) for concepts in find_conditions(question, LEXICON)] == tied


@pytest.mark.parametrize(
    "question", ["How many stopped insulin?", "Did anyone get it badly?", "I have had diabetes for 30 years.", ""]
)
def test_a_question_may_be_tied_to_nothing(question: str) -> None:
    assert find_conditions(question, LEXICON) == ()


@pytest.mark.parametrize(
    ("question", "weighed"), [("What was HbA1c at one year?", True), ("What was HbA1c at day 30?", False)]
)
def test_a_statement_about_another_time_does_not_answer(question: str, weighed: bool) -> None:
    scored = ScoredPassage(AT_A_YEAR, score=1.0, dense=0.9, lexical=1.0)
    assert (Asked(Part(question), LEXICON).standing(scored) is not None) is weighed
