"""Answers an emergency from rules and the message reader alone: needs no index, no records and no whole question."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from isletbot.answering.conclude import NO_VERDICT, NOTHING, Frame, conclude_answer
from isletbot.answering.message_classifier import MessageClassifier
from isletbot.answering.question import Limits, read_for_triage
from isletbot.answering.red_flags.floor import may_hold_red_flag
from isletbot.answering.red_flags.rules import Rules
from isletbot.answering.triage import triage_question
from isletbot.types import Answer, Evidence, Question, Trace, Triage

_WINDOW = 500
"""Characters of a longer text that are read together: the reader takes in no more, and a flag may stand at its end."""
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+")


@dataclass(frozen=True, slots=True)
class UrgentReplies:
    """What an urgent reply is made of. Nothing in it waits for a store."""

    rules: Callable[[], Rules]
    reader: MessageClassifier | None
    is_listed: Callable[[str], bool]
    """Whether a text is a way of asking that somebody approved: only rules raise an alarm on it."""
    limits: Limits
    say: Callable[..., str]
    today: Callable[[], date]
    corpus_as_of: Callable[[], date]
    versions: Mapping[str, str]

    def find(self, question: Question) -> Answer | None:
        """The urgent answer; None for a question that goes the normal way. Raises nothing for any text."""
        read = read_for_triage(question.text, question.history, self.limits)
        rules = self.rules()
        triage = triage_question(read, rules, self.reader, self.is_listed(read.text))
        if triage.route != "urgent":
            parts = split_text(read.text)
            found = (triage_question(Question(part), rules, self.reader) for part in parts)
            triage = next((one for one in found if one.route == "urgent"), triage)
        return self._conclude(read, rules, triage) if triage.route == "urgent" else None

    def suspects(self, text: str) -> bool:
        """Whether a text should be read before others that wait; of a long one, only its two ends are looked at."""
        ends = text if len(text) <= 2 * _WINDOW else f"{text[:_WINDOW]}. {text[-_WINDOW:]}"
        return may_hold_red_flag(ends, self.rules())

    def _conclude(self, question: Question, rules: Rules, triage: Triage) -> Answer:
        trace = Trace(question.text, triage, versions={**self.versions, "rules": rules.version})
        frame = Frame(uuid.uuid4().hex, self.today(), self.corpus_as_of(), self.say, (), trace)
        return conclude_answer(triage, NOTHING, NO_VERDICT, Evidence(()), frame)


def split_text(text: str) -> list[str]:
    """Pieces of a long text, whole sentences where they are short enough; none of a text that is read at once."""
    if len(text) <= _WINDOW:
        return []
    pieces = [""]
    for sentence in _SENTENCE.split(text):
        for start in range(0, len(sentence), _WINDOW):
            piece = sentence[start : start + _WINDOW]
            joined = f"{pieces[-1]} {piece}".strip()
            pieces[-1:] = [joined] if len(joined) <= _WINDOW else [pieces[-1], piece]
    return pieces
