"""What no sentence of a chat model may do, whatever its quotes say."""

import pytest

from isletbot.answering.chat_model.conduct import find_misconduct


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("See https://example.org for more.", "a link or markup"),
        ("**Ten** people used no insulin.", "a link or markup"),
        ("<b>Ten</b> people used no insulin.", "a link or markup"),
        ("Ten people used no insulin [1].", "a link or markup"),
        ("Ten people used no insulin 🎉.", "a picture or a hidden character"),
        ("Ten people\u202e used no insulin.", "a picture or a hidden character"),
        ("Ten people used no insulin?", "asks or shouts"),
        ("You should stop your insulin.", "speaks to the reader"),
        ("I think that it works.", "speaks of itself"),
        ("Ask a doctor first.", "advises"),
        ("There is nothing to worry about.", "reassures"),
        ("It is perfectly safe.", "reassures"),
        ("Hello there.", "greets"),
        ("Зимислецел лечит диабет.", "is not in English"),
        ("Ten people used no insulin.", ""),
        ("PubMed lists the paper as a phase I and phase II clinical trial.", ""),
    ],
)
def test_how_no_sentence_may_speak(text: str, rule: str) -> None:
    assert find_misconduct(text) == rule


@pytest.mark.parametrize("text", ["Vitamin K and IL-2 were given.", "The dose was 5 µg."])
def test_units_names_and_codes_are_no_misconduct(text: str) -> None:
    assert find_misconduct(text) == ""


def test_the_first_rule_that_is_broken_is_named() -> None:
    assert find_misconduct("**You** should stop!") == "a link or markup"
