"""An urgent reply needs rules and texts, and a reader where there is one; a flag may stand anywhere in a long text."""

import pytest

from isletbot.answering.urgent_reply import split_text
from isletbot.types import Question, Turn
from tests.server.urgent import urgent_replies

FILLER = "The trial was long and the paper is longer. " * 62


@pytest.mark.parametrize(
    "text",
    [
        "I have severe chest pain",
        f"I have severe chest pain. {FILLER}",
        f"{FILLER} I have severe chest pain",
        f"{FILLER}I have severe chest pain. {FILLER}",
        f"{'x' * 12_000} I have severe chest pain",
        "I have severe chest pain \ud800",
    ],
)
def test_a_flag_is_found_wherever_it_stands_in_a_text_of_any_length(text: str) -> None:
    answer = urgent_replies().find(Question(text))
    assert answer is not None
    assert answer.kind == "urgent"
    assert "911" in answer.text
    assert answer.trace.triage is not None
    assert answer.trace.triage.rule.startswith("E1")


def test_a_flag_of_an_earlier_turn_is_said_to_be_earlier() -> None:
    answer = urgent_replies().find(
        Question("Who paid?", tuple(Turn("user", said) for said in ("I have severe chest pain", "Hi")))
    )
    assert answer is not None
    assert answer.trace.triage is not None
    assert answer.trace.triage.say == "urgent-emergency-earlier"


@pytest.mark.parametrize("text", ["", "Who paid for the trial?", FILLER])
def test_what_is_not_urgent_goes_the_normal_way(text: str) -> None:
    assert urgent_replies().find(Question(text)) is None


def test_a_long_text_is_read_in_pieces_that_lose_no_word() -> None:
    assert split_text("Short.") == []
    pieces = split_text(FILLER + "y" * 1_200)
    assert max(map(len, pieces)) <= 500
    assert " ".join(pieces).split()[:-3] == FILLER.split()
    assert "".join(pieces).count("y") == 1_200


@pytest.mark.parametrize("text", ["I have severe chest pain", f"{FILLER * 3} I have severe chest pain"])
def test_what_a_rule_fires_on_is_suspected_by_a_quick_look(text: str) -> None:
    assert urgent_replies().suspects(text)


@pytest.mark.parametrize("text", ["", "Who paid for the trial?", FILLER, "\ud800"])
def test_what_no_rule_fires_on_is_not(text: str) -> None:
    assert not urgent_replies().suspects(text)
