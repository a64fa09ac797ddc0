"""Whether changed rules do what they must: every curated red flag is raised as it was, and every example caught."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from isletbot.answering.red_flags.rules import Rules
from isletbot.answering.triage import triage_question
from isletbot.types import Question, Triage, Turn

Turns = Sequence[str]
_SIGNED = re.compile(r"^signed_(by|on):.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Trial:
    lowered: tuple[str, ...]
    """Red flags that would get less help than with the rules that ship."""
    missed: tuple[str, ...]
    """Examples that no rule of the file catches."""
    tried: int

    @property
    def passed(self) -> bool:
        return not self.lowered and not self.missed


def try_rules(
    rules: Rules, shipped: Rules, red_flags: Iterable[Turns], examples: Sequence[tuple[Collection[str], Sequence[str]]]
) -> Trial:
    """`red_flags` are conversations; of each pair in `examples` one of the rules must fire on every text."""
    lowered, tried = [], 0
    for turns in red_flags:
        tried += 1
        if not _helps_as_much(_triage(turns, shipped), _triage(turns, rules)):
            lowered.append(" / ".join(turns))
    missed = [text for names, texts in examples for text in texts if _triage((text,), rules).rule not in names]
    return Trial(tuple(lowered), tuple(missed), tried)


def sign_rules(text: str, by: str, on: str) -> str:
    """The file's text with whoever answers for it."""
    return _SIGNED.sub(lambda match: f'signed_{match[1]}: "{by if match[1] == "by" else on}"', text)


def _triage(turns: Turns, rules: Rules) -> Triage:
    history = tuple(turn for said in turns[:-1] for turn in (Turn("user", said), Turn("assistant", "Noted.")))
    return triage_question(Question(turns[-1], history), rules)


def _helps_as_much(before: Triage, after: Triage) -> bool:
    """Emergency services and crisis lines that were named still are; the care team may give way to the former."""
    if before.route != "urgent":
        return True
    named, now_named = (
        {help for help in ("emergency", "crisis", "care-team") if help in triage.say} for triage in (before, after)
    )
    if "emergency" in now_named:
        named.discard("care-team")
    return after.route == "urgent" and named <= now_named
