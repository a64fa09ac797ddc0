"""What was typed to a Question: limits and characters, before the line begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from isletbot.answering.message_form import drop_own_words, read_form
from isletbot.errors import InputError
from isletbot.types import Question, Turn

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Limits:
    question_chars: int
    history_turns: int


def read_question(text: str, history: Sequence[Turn], limits: Limits) -> Question:
    """The question in plain form, and as typed where that differs. Raises InputError.

    The limit counts what was typed, in characters of Unicode, as the page does.
    """
    turns = tuple(Turn(turn.role, _clean(turn.content)) for turn in history)
    if len(turns) > limits.history_turns:
        raise InputError(
            f"The conversation has {len(turns)} earlier turns; {limits.history_turns} is the most.",
            code="history_too_long",
            remedy="Begin a new conversation, or raise ISLETBOT_MAX_HISTORY_TURNS.",
        )
    cleaned = _clean(text).strip()
    if not cleaned:
        raise InputError("The question is empty.", code="question_empty", remedy="Write a question.")
    if len(cleaned) > limits.question_chars:
        raise InputError(
            f"The question has {len(cleaned)} characters; {limits.question_chars} is the most.",
            code="question_too_long",
            remedy="Ask it in fewer words, or raise ISLETBOT_MAX_QUESTION_CHARS.",
        )
    return _read_forms(Question(cleaned, turns))


def _read_forms(typed: Question) -> Question:
    said = typed.said_by("assistant")
    own = _with_texts(typed, lambda text: drop_own_words(text, said))
    read = _with_texts(own, read_form)
    blanks_gone = _with_texts(own, lambda text: "\n".join(line.strip() for line in text.split("\n")))
    return replace(read, typed=own) if read != blanks_gone else read


def _with_texts(question: Question, change: Callable[[str], str]) -> Question:
    """The same question with a change of everything that the person has said."""
    history = (Turn(turn.role, change(turn.content)) if turn.role == "user" else turn for turn in question.history)
    return Question(change(question.text), tuple(history))


def _clean(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"The text is not valid Unicode: {text[error.start]!a} at character {error.start} stands alone.",
            code="not_unicode",
            remedy="Send it as UTF-8.",
        ) from error
    return _CONTROL.sub(" ", text)
