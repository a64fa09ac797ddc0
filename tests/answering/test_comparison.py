"""A comparison becomes a question about each side, when the corpus speaks of both; otherwise it stays as it is."""

import pytest

from isletbot.answering.comparison import split_comparison
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from tests.builders import a_passage

GLOSSARY = Glossary(
    same=(("full dose",), ("half dose",), ("zimislecel", "VX-880"), ("HbA1c", "A1c"), ("time in range",)),
    elsewhere=(("Lantidra",),),
)
LEXICON = Lexicon(
    (
        a_passage("Twelve people got the full dose of zimislecel and two the half dose."),
        a_passage("HbA1c and time in range were measured."),
        *(a_passage(f"Zimislecel was studied in town {name}.") for name in "abcdefgh"),
    ),
    GLOSSARY,
)


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("compare the half dose and the full dose", ("the half dose", "the full dose")),
        ("What is the difference between HbA1c and time in range?", ("HbA1c", "time in range")),
        ("How does the half dose differ from the full dose?", ("the half dose", "the full dose")),
        (
            "how many people got the half dose vs the full dose?",
            ("how many people got the half dose", "how many people got the full dose"),
        ),
        ("A1c versus time in range", ("A1c", "time in range")),
        ("What is the difference between zimislecel and Lantidra?", None),
        ("What is the difference between VX-880 and zimislecel?", None),
        ("What is the difference between fourteen and twelve?", None),
        ("compare the half dose and what the newspapers wrote about it last year", None),
        ("How many people got the full dose?", None),
    ],
)
def test_the_sides_of_a_comparison(text: str, sides: tuple[str, str] | None) -> None:
    assert split_comparison(text, LEXICON) == sides
