"""Makes a Question of what was typed, before the line begins: checks its length and characters, and drops its form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from isletbot.answering.message_form import drop_own_words, read_form
from isletbot.errors import InputError
from isletbot.types import Question, Turn

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_TRIAGED = 5
"""Times the limit of a question up to which a text is read for red flags: its beginning and its end."""


@dataclass(frozen=True, slots=True)
class Limits:
    question_chars: int
    history_turns: int


def read_question(text: str, history: Sequence[Turn], limits: Limits) -> Question:
    """The question in plain form with its latest turns, and as typed where that differs. Raises InputError.

    The limit counts what was typed, in characters of Unicode, as the page does. An empty turn is as if absent, and the
    oldest beyond the limit are left out.
    """
    turns = _keep_latest([Turn(turn.role, _clean(turn.content)) for turn in history], limits)
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


def read_for_triage(text: str, history: Sequence[Turn], limits: Limits) -> Question:
    """What can be read of a question that may break every limit: cut, never refused."""
    turns = _keep_latest([Turn(turn.role, _cut(turn.content, limits)) for turn in history], limits)
    return Question(_cut(text, limits), turns)


def _keep_latest(turns: Sequence[Turn], limits: Limits) -> tuple[Turn, ...]:
    said = [turn for turn in turns if turn.content.strip()]
    return tuple(said[max(len(said) - limits.history_turns, 0) :])


def _cut(text: str, limits: Limits) -> str:
    half = limits.question_chars * _TRIAGED // 2
    text = text if len(text) <= 2 * half else f"{text[:half]}\n\n{text[-half:]}"
    return _CONTROL.sub(" ", _HALF_CHARACTER.sub(" ", text)).strip()


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
