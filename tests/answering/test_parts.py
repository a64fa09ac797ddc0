"""Separate questions are told apart where no mark parts them, and a question with a clause stays whole."""

from __future__ import annotations

import pytest

from isletbot.answering.parts import split_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("how is it given how long does it take", ("how is it given", "how long does it take")),
        ("how is it given how much does it cost", ("how is it given", "how much does it cost")),
        ("what did the study find where was it published", ("what did the study find", "where was it published")),
        ("who paid for it when does it end", ("who paid for it", "when does it end")),
        (
            "is it approved where can I get it why is it taking so long",
            ("is it approved", "where can I get it", "why is it taking so long"),
        ),
        ("does it cure diabetes what are the risks", ("does it cure diabetes", "what are the risks")),
    ],
)
def test_two_questions_without_a_mark_between_are_two(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "do you know how long does it take",
        "can you tell me what is an islet",
        "did anyone say why was it stopped",
        "is what they sell there the same as what was in the study",
        "and if not how do adults get it",
        "how long did it take until the cells were working",
        "is it known what is in the cells",
        "what was measured",
        "how do they know when is it enough",
    ],
)
def test_a_question_with_a_clause_stays_whole(text: str) -> None:
    assert split_parts(text) == (text,)
