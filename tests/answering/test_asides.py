"""Thanks around a question, and what a person takes back, are not part of the question."""

import pytest

from isletbot.answering.asides import drop_asides


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("no, I meant the side effects", "the side effects"),
        ("No I mean in Europe", "in Europe"),
        ("sorry, i meant who paid", "who paid"),
        ("I meant the other two", "the other two"),
        ("what I meant was how long it lasted", "how long it lasted"),
        ("How many died? Sorry, I mean how many took part?", "how many took part?"),
        ("how many died, no I meant how many took part", "how many took part"),
        ("that's wrong, no, I asked about neutropenia", "neutropenia"),
        ("not the dose, the deaths", "the deaths"),
        ("No, not how it is given but how it is made", "how it is made"),
        ("Did anyone die? Gracias", "Did anyone die?"),
        ("When does it end? Thank you so much!", "When does it end?"),
        ("when does it end, thanks", "when does it end"),
        ("thanks, when does it end?", "when does it end?"),
        ("Ok, thank you. Is it approved?", "Is it approved?"),
    ],
)
def test_the_question_is_left(text: str, question: str) -> None:
    assert drop_asides(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "Did anyone die?",
        "thanks",
        "ok thanks a lot, bye",
        "thanks for the explanation",
        "got it, thank you",
        "I told the nurse what I meant by it",
        "not approved, is it?",
        "is it not the pancreas, the organ that makes insulin?",
        "My sugar is 40, thanks",
        "no, they meant well",
        "I meant to ask my doctor",
        "What counted as a success? I mean the main endpoint.",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert drop_asides(text) == text
