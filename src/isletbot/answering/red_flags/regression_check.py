"""Checks changed rules for regressions: they must raise every curated red flag as before and catch every example."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from isletbot.answering.red_flags.floor import find_attack, find_red_flag
from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import TIERS, URGENT, Rules
from isletbot.types import Question, Triage, Turn

_CALM = tuple(tier for tier in TIERS if tier not in (*URGENT, "attack"))

Turns = Sequence[str]


@dataclass(frozen=True, slots=True)
class RegressionResult:
    lowered: tuple[str, ...]
    """Red flags that would get less help than with the rules that ship."""
    missed: tuple[str, ...]
    """Examples that no rule of the file catches."""
    tried: int

    @property
    def passed(self) -> bool:
        return not self.lowered and not self.missed


def check_regressions(
    rules: Rules, shipped: Rules, red_flags: Iterable[Turns], examples: Sequence[tuple[Collection[str], Sequence[str]]]
) -> RegressionResult:
    """`red_flags` are conversations; of each pair in `examples` one of the rules must fire on every text."""
    lowered, tried = [], 0
    for turns in red_flags:
        tried += 1
        if not _helps_as_much(_find_urgent(turns, shipped), _find_urgent(turns, rules)):
            lowered.append(" / ".join(turns))
    missed = [text for names, texts in examples for text in texts if _find_rule(text, rules) not in names]
    return RegressionResult(tuple(lowered), tuple(missed), tried)


def _find_urgent(turns: Turns, rules: Rules) -> Triage | None:
    history = tuple(turn for said in turns[:-1] for turn in (Turn("user", said), Turn("assistant", "Noted.")))
    return find_red_flag(Question(turns[-1], history), rules)


def _find_rule(text: str, rules: Rules) -> str:
    """Id of the first rule of any tier that fires on a text by itself; empty when none does."""
    simple = plain(text, rules.spelling)
    found = _find_urgent((text,), rules) or find_attack(text, simple, rules)
    if found:
        return found.rule
    calm = (rule for tier in _CALM if (rule := first_rule(tier, simple, (simple,), rules)))
    return next((rule.id for rule in calm), "")


def _helps_as_much(before: Triage | None, after: Triage | None) -> bool:
    """Emergency services and crisis lines that were named still are; the care team may give way to the former."""
    if before is None:
        return True
    if after is None:
        return False
    named, now_named = (
        {help for help in ("emergency", "crisis", "care-team") if help in triage.say} for triage in (before, after)
    )
    if "emergency" in now_named:
        named.discard("care-team")
    return named <= now_named
