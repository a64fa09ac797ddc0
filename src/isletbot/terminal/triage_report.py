"""Says which words of a message each rule found, what the rule means, and which known messages are nearest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from isletbot.answering.red_flags.matching import find_match, quote_match
from isletbot.answering.red_flags.normalise import disguises, plain, undisguise
from isletbot.answering.red_flags.rules import Rules
from isletbot.answering.text import tokenise
from isletbot.ingestion.question_bank import BankMessage, read_bank
from isletbot.messages import join_turns
from isletbot.ports import Embeddings

NEAREST = 3
_LOOKED_AT = 400
"""Messages of the bank that share the rarest words with the text; only these are embedded, in about a second."""


def explain_triage(said: Sequence[str], rules: Rules, embeddings: Embeddings, bank: Path) -> Iterator[str]:
    """Yields lines for the terminal. The last of `said` is the message that is judged."""
    yield from explain_rules(said, rules) or ("no rule found anything",)
    nearest = find_nearest(said, read_bank(bank), embeddings)
    if nearest:
        yield "nearest known messages, as the classifier sees them"
    for message, similarity in nearest:
        yield f"  {similarity:.2f}  {message.route}  {message.turns[-1]!r}"


def explain_rules(said: Sequence[str], rules: Rules) -> list[str]:
    """Lists each rule that is found in the message or, if it is urgent, in an earlier one; a rule once."""
    lines: list[str] = []
    context = [plain(text, rules.spelling) for text in said]
    for rule in (rule for tier in rules.tiers.values() for rule in tier):
        urgent = rule.tier in ("E1", "E2", "E3")
        for text, where in _list_readings(said, rules, earlier=urgent):
            if match := find_match(rule, text, context, rules):
                doubt = "" if rule.certain else " (counts if the classifier sees danger too, or nothing else is said)"
                lines += [
                    f"found     {quote_match(match)!r}{where}",
                    f"  by      {rule.id}{doubt}",
                    f"  means   {rule.means}",
                ]
                break
    return lines


def _list_readings(said: Sequence[str], rules: Rules, earlier: bool) -> Iterator[tuple[str, str]]:
    """Yields each text that a rule reads, in plain form, with where it stands."""
    *before, last = said
    now = plain(last, rules.spelling)
    yield now, ""
    hidden = undisguise(last, rules.spelling) if earlier else [plain(text, rules.spelling) for text in disguises(last)]
    for reading in hidden:
        yield reading, f" in another reading of the letters: {reading!r}"
    if not earlier:
        return
    turns = [plain(text, rules.spelling) for text in said]
    for text, turn in zip(turns[:-1], before, strict=True):
        yield text, f" in the earlier message {turn!r}"
    for first, second in list(pairwise(turns))[-1:]:
        yield f"{first.rstrip('.')}, {second}", " in the last two messages read together"


def find_nearest(
    said: Sequence[str], bank: Sequence[BankMessage], embeddings: Embeddings
) -> list[tuple[BankMessage, float]]:
    """Finds the messages of the bank that the encoder places nearest, among those that share a rare word."""
    before = said[-2] if len(said) > 1 else ""
    likely = _share_words(said[-1], bank)
    if not likely:
        return []
    vectors = embeddings.embed([join_turns(said[-1], before), *(message.text for message in likely)])
    similar = np.vecdot(vectors[1:], vectors[0])
    return [(likely[place], float(similar[place])) for place in np.argsort(-similar)[:NEAREST].tolist()]


def _share_words(text: str, bank: Sequence[BankMessage]) -> list[BankMessage]:
    words = [frozenset(tokenise(message.turns[-1])) for message in bank]
    counts = Counter(word for each in words for word in each)
    wanted = {word: math.log(1 + len(bank) / (1 + counts[word])) for word in set(tokenise(text))}
    shared = [sum(wanted[word] for word in each & wanted.keys()) / (2 + len(each)) ** 0.5 for each in words]
    best = sorted(range(len(bank)), key=lambda place: -shared[place])[:_LOOKED_AT]
    return [bank[place] for place in best if shared[place] > 0]
