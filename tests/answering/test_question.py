"""What was typed becomes a question within limits, or an error with a remedy."""

from __future__ import annotations

import pytest

from isletbot.answering.question import Limits, read_for_triage, read_question
from isletbot.errors import InputError
from isletbot.types import Question, Turn

LIMITS = Limits(question_chars=200, history_turns=4)
TURN = Turn("user", "Did anyone die?")


def test_blanks_around_a_question_and_control_characters_go() -> None:
    history = (Turn("user", "Did\x07anyone die?"),)
    read = read_question("  Who\x00paid?\x9f\n", history, LIMITS)
    assert read == Question("Who paid?", (Turn("user", "Did anyone die?"),))


def test_lines_are_kept() -> None:
    assert read_question("Who paid?\n\tAnd  when?", (), LIMITS) == Question("Who paid?\nAnd  when?")


def test_what_the_form_changes_is_kept_as_typed_too() -> None:
    read = read_question("> I passed out\nWho paid?", (Turn("user", "1) Who died?"),), LIMITS)
    assert (read.text, read.said_by("user")) == ("Who paid?", ("Who died?",))
    assert read.typed == Question("> I passed out\nWho paid?", (Turn("user", "1) Who died?"),))


def test_a_quoted_line_of_the_bot_is_nothing_the_person_said() -> None:
    said = Turn("assistant", "If you have chest pain, call 911.")
    read = read_question("> If you have chest pain, call 911.\nWho paid?", (TURN, said), LIMITS)
    assert read == Question("Who paid?", (TURN, said))


def test_the_limit_counts_characters_and_not_their_halves() -> None:
    assert read_question("\U0001f600" * 200, (), LIMITS).text == "\U0001f600" * 200


@pytest.mark.parametrize(
    ("text", "turns", "code"),
    [
        ("", 0, "question_empty"),
        (" \n\x00 ", 0, "question_empty"),
        ("x" * 201, 0, "question_too_long"),
        ("\ud800", 0, "not_unicode"),
    ],
)
def test_what_is_no_question_is_refused_with_a_remedy(text: str, turns: int, code: str) -> None:
    with pytest.raises(InputError) as raised:
        read_question(text, (TURN,) * turns, LIMITS)
    assert raised.value.code == code
    assert raised.value.remedy


def test_the_limits_themselves_are_allowed() -> None:
    assert len(read_question("x" * 200, (TURN,) * 4, LIMITS).history) == 4


def test_half_a_character_in_an_earlier_turn_is_refused() -> None:
    with pytest.raises(InputError, match="not valid Unicode"):
        read_question("Who paid?", (Turn("assistant", "\udfff"),), LIMITS)


def test_the_oldest_turns_beyond_the_limit_and_empty_ones_are_left_out() -> None:
    history = [Turn("user", f"Question {number}?") for number in range(6)]
    read = read_question("Who paid?", [*history, Turn("assistant", " ")], LIMITS)
    assert [turn.content for turn in read.history] == [f"Question {number}?" for number in range(2, 6)]


def test_for_triage_a_text_is_cut_to_its_two_ends_and_half_characters_go() -> None:
    read = read_for_triage(f"Help\ud800 me. {'x' * 3_000} She died.", (TURN,) * 6, LIMITS)
    assert read.text.startswith("Help  me.")
    assert read.text.endswith("She died.")
    assert len(read.text) <= 5 * LIMITS.question_chars + 2
    assert len(read.history) == LIMITS.history_turns
