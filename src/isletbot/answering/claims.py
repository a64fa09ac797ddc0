"""Does a quote support a sentence? A ledger of figures, denials, hedges and new words; no model.

Everything a sentence says must be found in its quotes, and what cannot be found counts against it. Plain words may
stand for others only where `plain_words.py` says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from isletbot.answering.figures import find_figure_problem, read_ledger
from isletbot.answering.plain_words import find_new_words
from isletbot.answering.words import GENERIC, is_negation, normalise, stem, tokenise
from isletbot.ports import Judgement

__all__ = ["LedgerEntailment", "find_objection", "judge_claim", "read_ledger"]

_OBJECTED = 0.8
"""What is left of the score when a figure, a denial or a hedge differs."""
_RETOLD = 0.6
"""Share of the quotes' content words."""
_TWICE = 2
"""Denials that make an affirmation: `not independent of insulin`, `still needed insulin`."""
_HEDGES = frozenset(
    "may might could can would should plan planned hope hoped expected potential potentially suggest support".split()
)
_CLAUSE = re.compile(r"[,;:.()]\s|\b(?:and|but|while|whereas|although|though|because|so that)\b")
_UNIT_WORDS = frozenset("day days week weeks month months year years percent cent percentage".split())
"""Checked with their figures by the ledger, so not again as words."""
_NO_LONGER = re.compile(r"\bno longer\b|\bnot any ?more\b|\bstopped\b|\bfree (?:of|from)\b|\bwithout\b")
_AS_GOOD_AS_NOT = re.compile(
    r"\b(?:avoid|free (?:of|from)|los[est]|lack|unrelated|independ|off insulin|\w-free|outside|rather than|unlike)"
)
"""Words that deny without a `not`, so that a sentence may say the same with one."""


_NEITHER = re.compile(r"\b(no [\w-]+(?: [\w-]+)?(?:,| and| or)) no\b")
"""`No lows and no fear` denies once, like `no lows or fear`."""


def judge_claim(sentence: str, quotes: Sequence[str]) -> Judgement:
    """Supported only when every check passes; unchecked when there is nothing that could be checked."""
    if not quotes:
        return Judgement("unsupported", "no quote", 0.0)
    if any(sentence.strip() == quote.strip() for quote in quotes):
        return Judgement("supported", "verbatim", 1.0)
    content = _content(sentence)
    if not content:
        return Judgement("unchecked", "no word that could be checked", 0.5)
    new = find_new_words(sentence, quotes)
    known = 1 - len(content.intersection(new)) / len(content)
    if problem := find_objection(sentence, quotes) or _hedge_problem(sentence, quotes):
        return Judgement("unsupported", problem, known * _OBJECTED)
    if new:
        return Judgement("unsupported", f"not in the quotes: {', '.join(dict.fromkeys(new))}", known * _OBJECTED)
    return Judgement("supported", "every figure and word stands in the quotes", known)


def find_objection(sentence: str, quotes: Sequence[str]) -> str:
    """A figure, a group or a denial that the quotes do not have; empty when all agree."""
    return find_figure_problem(sentence, " ".join(quotes)) or _polarity_problem(sentence, quotes)


class LedgerEntailment:
    """`judge_claim` as the line takes it."""

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        return judge_claim(sentence, quotes)


def _polarity_problem(sentence: str, quotes: Sequence[str]) -> str:
    """A word the sentence denies must be denied in a quote, and one it affirms must be affirmed in a quote. Where
    denials are as many on both sides, they only reach over other words."""
    affirmed, denied = _polarity(sentence)
    theirs = [_polarity(quote) for quote in quotes]
    may_affirm = frozenset().union(*(said for said, _ in theirs))
    may_deny = frozenset().union(*(said for _, said in theirs))
    for word in sorted(affirmed | denied):
        opposite = word.removeprefix("un") if word.startswith("un") else f"un{word}"
        if opposite in may_affirm | may_deny and word not in may_affirm | may_deny and word not in denied:
            return f"the quote says {opposite!r}"
    said = " ".join(quotes)
    mine, theirs = _count_denials(sentence, said), _count_denials(said, sentence)
    if mine[0] > sum(theirs):
        return "the quotes deny less"
    retold = _count_denials(_find_retold(said, sentence), sentence)
    even = (sum(mine) - sum(theirs)) % 2 == 0
    if not sum(mine) and sum(retold) % 2:
        return "the quotes deny more"
    for word in sorted((denied - affirmed) & (may_affirm - may_deny)):
        if _AS_GOOD_AS_NOT.match(word):
            return f"the quote does not deny {word!r}"
    if even and theirs[0] and (sum(mine) or sum(theirs) == _TWICE):
        return ""
    for word in sorted((affirmed - denied) & (may_deny - may_affirm)):
        return f"the quote denies {word!r}"
    for word in sorted((denied - affirmed) & (may_affirm - may_deny)):
        if not theirs[1]:
            return f"the quote does not deny {word!r}"
    return ""


def _find_retold(said: str, sentence: str) -> str:
    """The clauses of what is said that the sentence retells more than half of."""
    mine = _content(sentence)
    clauses = [(clause, _content(clause)) for clause in _CLAUSE.split(said)]
    return "; ".join(clause for clause, words in clauses if len(words) > 1 and 2 * len(words & mine) > len(words))


def _is_retold(said: str, sentence: str) -> bool:
    """Whether the sentence retells most of what is said, so that it must say it as carefully."""
    told = _content(said)
    return len(told & _content(sentence)) >= _RETOLD * len(told)


def _count_denials(text: str, other: str) -> tuple[int, int]:
    """Plain denials, and words that are as good as one where the other text does not have them too."""
    plain = _NEITHER.sub(r"\1 ", normalise(text))
    alike = set(_AS_GOOD_AS_NOT.findall(plain)) - set(_AS_GOOD_AS_NOT.findall(normalise(other)))
    return sum(is_negation(token) for token in tokenise(plain)), len(alike)


def _polarity(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Content words said plainly, and those in the reach of a negation: up to the end of its clause."""
    affirmed: set[str] = set()
    denied: set[str] = set()
    for clause in _CLAUSE.split(_NO_LONGER.sub(" not ", normalise(text))):
        reached = False
        for token in tokenise(clause):
            reached = reached or is_negation(token)
            if _is_content(token):
                (denied if reached else affirmed).add(stem(token))
    return frozenset(affirmed), frozenset(denied)


def _hedge_problem(sentence: str, quotes: Sequence[str]) -> str:
    """What a quote only supports, hopes or plans must not be said as a fact."""
    nearest = max(quotes, key=lambda quote: len(_content(sentence) & _content(quote)))
    hedges = {stem(token) for token in tokenise(nearest) if token in _HEDGES}
    if hedges and not any(stem(token) in hedges or token in _HEDGES for token in tokenise(sentence)):
        return f"the quote only says {', '.join(sorted(hedges))}"
    if _is_retold(nearest, sentence) and _count_hedges(sentence) < _count_hedges(nearest):
        return f"the quote says {', '.join(sorted(hedges))} more often"
    return ""


def _count_hedges(text: str) -> int:
    return sum(token in _HEDGES for token in tokenise(text))


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(token) for token in tokenise(text) if _is_content(token))


def _is_content(token: str) -> bool:
    return token not in GENERIC and token not in _UNIT_WORDS and not token[0].isdigit()
