"""Decides by rules alone whether a message holds a red flag, or is an attack. No later step lowers what it finds, so it
is the floor of triage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from isletbot.answering.red_flags.language import find_disguised
from isletbot.answering.red_flags.matching import fires, first_rule
from isletbot.answering.red_flags.normalise import plain, undisguise
from isletbot.answering.red_flags.rules import ROUTES, URGENT, Rule, Rules, Tier
from isletbot.types import Question, Triage

Confirm = Callable[[int, str], bool]
"""Whether what a rule found in a text counts, by the place of the turn that it stands in, or ends in, and the text."""


def always(_turn: int, _text: str) -> bool:
    """For callers without a classifier: every rule that fires counts."""
    return True


def may_hold_red_flag(text: str, rules: Rules) -> bool:
    """Whether any urgent rule, certain or not, fires on the text by itself. It costs a tenth of a full reading and only
    orders who is read first: it decides nothing."""
    text = plain(text, rules.spelling)
    return any(first_rule(tier, text, (text,), rules) for tier in URGENT)


def find_red_flag(question: Question, rules: Rules, confirm: Confirm = always, over: int = 0) -> Triage | None:
    """The highest urgent tier of this turn, of this turn read with the one before, or of any earlier turn.

    The first `over` turns of the person raise no alarm any more: somebody said that theirs is over.

    A rule that is not `certain` fires on words that can be harmless, and counts only where the classifier confirms it.
    """
    turns = [plain(raw, rules.spelling) for raw in (*question.said_by("user"), question.text)]
    pairs = [f"{first.rstrip('.')}, {second}" for first, second in pairwise(turns)]
    last = len(turns) - 1

    def find(tier: Tier, texts: Sequence[tuple[str, int]], context: Sequence[str]) -> Rule | None:
        found = (first_rule(tier, text, context, rules, _counter(confirm, turn, text)) for text, turn in texts)
        return next((rule for rule in found if rule), None)

    now = [(turns[last], last), *((pair, last) for pair in pairs[max(over, last - 1) :])]
    found = {tier: rule for tier in URGENT if (rule := find(tier, now, turns))}
    if "E1" in found and "E3" in found:
        return make_triage(found["E1"], "urgent-emergency-crisis")
    if found:
        rule = next(iter(found.values()))
        return make_triage(rule, rule.say)
    if hidden := _find_hidden(question.text, turns, rules):
        return hidden
    before = [
        *((text, turn) for turn, text in enumerate(turns[:-1]) if turn >= over),
        *((pair, turn + 1) for turn, pair in enumerate(pairs[:-1]) if turn >= over),
    ]
    for tier in URGENT:
        if earlier := find(tier, before, turns[:-1]):
            return make_triage(earlier, f"{earlier.say}-earlier", " (earlier in this conversation)")
    return None


def _find_hidden(raw: str, turns: Sequence[str], rules: Rules) -> Triage | None:
    """A flag of this turn that stands only in another reading of its letters. No classifier can read that, so every
    rule counts; what is found in the plain text too was judged there."""
    readings = undisguise(raw, rules.spelling)

    def is_new(rule: Rule) -> bool:
        return not fires(rule, turns[-1], turns, rules)

    for tier in URGENT:
        for reading in readings:
            if rule := first_rule(tier, reading, (*turns, reading), rules, is_new):
                return make_triage(rule, rule.say)
    return None


def _counter(confirm: Confirm, turn: int, text: str) -> Callable[[Rule], bool]:
    return lambda rule: rule.certain or confirm(turn, text)


def find_all_clear(text: str, rules: Rules) -> Rule | None:
    """The rule by which a turn, and all of it, says that an alarm is over."""
    text = plain(text, rules.spelling)
    return first_rule("all_clear", text, (text,), rules)


def find_attack(raw: str, text: str, rules: Rules) -> Triage | None:
    """An attempt to change the rules, in plain words or disguised. `text` is `raw` in plain form."""
    rule = first_rule("attack", text, (text,), rules) or find_disguised(raw, text, rules)
    return make_triage(rule, rule.say) if rule else None


def make_triage(rule: Rule, say: str, when: str = "") -> Triage:
    return Triage(ROUTES[rule.tier], rule.id, rule.reason + when, say)
