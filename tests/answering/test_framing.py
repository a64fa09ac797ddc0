"""Words around a question are told from the question: who wants to know, what for, who said so."""

import pytest

from isletbot.answering.framing import is_tag, strip_frame
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from tests.builders import a_passage

LEXICON = Lexicon(
    [
        a_passage("Zimislecel cured no one.", key="k0"),
        *(a_passage(f"Filler statement number {number}.", key=f"k{number}") for number in range(1, 60)),
    ],
    Glossary(same=(("full dose", "whole dose"), ("cure", "cured")), lacking=(("congress", "conference"),)),
)


@pytest.mark.parametrize(
    ("sentence", "asked"),
    [
        ("My aunt swears that it is a cure.", "it is a cure."),
        ("my teacher said you can stop insulin", "you can stop insulin"),
        ("My lecturer wants to know whether it was randomised.", "it was randomised."),
        ("I was just wondering if anyone died?", "anyone died?"),
        ("For a conference slide: how many stopped insulin?", "how many stopped insulin?"),
        ("As a journalist, what happened to the two?", "what happened to the two?"),
        ("Quick question: my friend told me everyone is cured, true?", "everyone is cured, true?"),
    ],
)
def test_who_asks_and_what_for_is_left_out(sentence: str, asked: str) -> None:
    assert strip_frame(sentence, LEXICON) == asked


@pytest.mark.parametrize(
    "sentence",
    [
        "Does the full dose group say that it is a cure?",
        "What does the church say about the cells?",
        "A Journal says that two people died.",
        "I want to know if that is so.",
        "For the full dose: how many stopped insulin?",
    ],
)
def test_words_that_carry_the_question_stay(sentence: str) -> None:
    assert strip_frame(sentence, LEXICON) == sentence


@pytest.mark.parametrize("sentence", ["Is that right?", "Fact or fiction?", "true?", "Have I got that right?"])
def test_a_tag_only_asks_if_what_was_said_holds(sentence: str) -> None:
    assert is_tag(sentence)


@pytest.mark.parametrize("sentence", ["Why?", "Is it a cure?", "How is that?"])
def test_what_asks_for_more_is_no_tag(sentence: str) -> None:
    assert not is_tag(sentence)
