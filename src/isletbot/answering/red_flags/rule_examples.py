"""Loads the rules and holds each to its examples: those it must find and those it must not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from isletbot.answering.red_flags.matching import fires
from isletbot.answering.red_flags.normalise import plain
from isletbot.answering.red_flags.rules import Rule, Rules, parse_rules
from isletbot.errors import SettingsError

LEAST = 3
"""Examples of each kind that whoever signs a rule reads."""


def load_rules(texts: Mapping[str, str]) -> Rules:
    """Returns the rules of these files, by file name. Raises SettingsError, also where an example fails its rule."""
    return _load_once(tuple(sorted(texts.items())))


@lru_cache(maxsize=4)  # the bot, the live rules and every corpus beside them open the same files
def _load_once(texts: tuple[tuple[str, str], ...]) -> Rules:
    rules = parse_rules(dict(texts))
    for tier in rules.tiers.values():
        for rule in tier:
            if fault := find_fault(rule, rules):
                raise SettingsError(f"prompts/triage/{rule.file}: rule {rule.id}: {fault}")
    return rules


def find_fault(rule: Rule, rules: Rules) -> str:
    """Says which example fails its rule, and what to do; empty when none does."""
    for field, texts in (("match", rule.match), ("not", rule.other)):
        if len(texts) < LEAST:
            return f"{len(texts)} examples under {field!r}. Give at least {LEAST}."
    for text in rule.match:
        if not matches(rule, text, rules):
            return f"it must match {text!r} and does not. Add a phrase, or mend the example."
    for text in rule.other:
        if matches(rule, text, rules):
            return f"it must not match {text!r} and does. Narrow a phrase, add an exception under 'unless', or mend it."
    return ""


def matches(rule: Rule, text: str, rules: Rules) -> bool:
    """Whether the rule finds a message that stands alone."""
    simple = plain(text, rules.spelling)
    return fires(rule, simple, (simple,), rules)
