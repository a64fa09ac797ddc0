"""Tests whether one rule fires on a text: its words are there, somebody means them now, no exception holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain

from isletbot.answering.red_flags.rules import BODILY, Rule, Rules, Tier

_REST = re.compile(r"\w*")
_STOP = re.compile(r"[!?;]|\.(?!\d)")
_BREAK = re.compile(
    r"[,:]| but | so now | since | after | because "
    r"| and (?=(?:now|i|im|ive|my|had|have|he|she|we|its?|was|on|take|taking|still|the)\b)"
)


def first_rule(
    tier: Tier, text: str, context: Sequence[str], rules: Rules, counts: Callable[[Rule], bool] = lambda _rule: True
) -> Rule | None:
    """The first rule of the tier that fires on the text and counts. `context` are the turns its needs may stand in."""
    return next((rule for rule in rules.tiers[tier] if fires(rule, text, context, rules) and counts(rule)), None)


def fires(rule: Rule, text: str, context: Sequence[str], rules: Rules) -> bool:
    """Whether the rule is found in the text, certain or not."""
    return find_match(rule, text, context, rules) is not None


def find_match(rule: Rule, text: str, context: Sequence[str], rules: Rules) -> re.Match[str] | None:
    """The words of the text by which the rule is found, certain or not."""
    if rule.without:
        text = rule.without.sub(" ", text)
    signs = rule.signs.finditer(text) if rule.signs else ()
    strong = rule.phrases.finditer(text) if rule.phrases else ()
    found = (
        match
        for match, weak in chain(((m, False) for m in strong), ((m, True) for m in signs))
        if _counts(match, weak, rule, text, rules)
    )
    if (match := next(found, None)) is None:
        return None
    return match if all(any(need.search(part) for part in (*context, text)) for need in rule.needs) else None


def quote_match(match: re.Match[str]) -> str:
    """The words of a match, the last one to its end."""
    rest = _REST.match(match.string, match.end())
    return match.string[match.start() : rest.end() if rest else match.end()].strip()


def _counts(match: re.Match[str], weak: bool, rule: Rule, text: str, rules: Rules) -> bool:
    """Whether this is someone's sign now: not denied, not excepted and, if a mere sign, not asked about in general."""
    frames = rules.frames
    start, end = _around(match, text, _STOP)
    if rule.tier in BODILY and frames["general"].search(text[start:end]):
        return False
    inner, outer = _around(match, text, _BREAK, start, end)
    if rule.unless and rule.unless.search(text, inner, outer):
        return False
    if not weak:
        return True
    before = text[start : match.start()]
    if frames["before"].search(before):
        return False
    if frames["has"].search(before) or frames["now"].match(text, match.end()):
        return True
    return not frames["asking"].search(text[start:end])


def _around(
    match: re.Match[str], text: str, stop: re.Pattern[str], low: int = 0, high: int | None = None
) -> tuple[int, int]:
    """Bounds of the sentence or clause the match lies in."""
    high = len(text) if high is None else high
    start = max((found.end() for found in stop.finditer(text, low, match.start())), default=low)
    after = stop.search(text, match.end(), high)
    return start, after.start() if after else high
