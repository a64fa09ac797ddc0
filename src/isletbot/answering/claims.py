"""Does a quote support a sentence? A ledger of numbers, negation, modality and coverage; no model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from isletbot.answering.words import GENERIC, NUMBER_WORDS, is_negation, normalise, stem, tokenise
from isletbot.ports import Judgement

LEAST_COVERAGE = 0.8
"""Share of a sentence's content words that must stand in its quotes."""

_OBJECTED = 0.8
"""What is left of the score when a figure, a denial or a hedge differs."""

_NUMBER = r"(?:\d+(?:[.,]\d+)*|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
_FRACTION = re.compile(rf"\b({_NUMBER})\s*(?:\w+\s+){{0,2}}?(?:of|out of|in|/)\s*(?:the\s+|all\s+)?({_NUMBER})\b")
_OF_THE = re.compile(rf"\bof (?:the|all) ({_NUMBER})\b[^,.;]*, ({_NUMBER})\b")
_MEASURE = re.compile(
    rf"(?P<before>\b(?:day|days|phase|part|level|month|year|week)\s+)?(?<![\w.])(?P<value>{_NUMBER})(?![\w]|\.\d)\s*-?\s*"
    r"(?P<unit>%|per ?cent\b|percentage points?\b|mg/dl\b|mmol/l\b|days?\b|weeks?\b|months?\b|years?\b|cells\b|"
    r"million\b|billion\b)?"
)
_UNITS = {"percent": "%", "per cent": "%", "percentage points": "percentage point"}
_SAME_TIME = {("1", "year"): ("365", "day"), ("12", "month"): ("365", "day")}
_GROUPS = re.compile(
    r"\b(?:full[- ]dose|half[- ]dose|full dose|half (?:the )?dose|placebo|control group|"
    r"parts? [abc]\b(?:(?:,| and) [abc]\b)*)"
)
_HEDGES = frozenset(
    "may might could can would should plan planned hope hoped expected aim aimed potential potentially if suggest "
    "support".split()
)
_CLAUSE = re.compile(r"[,;:.()]\s|\b(?:and|but|while|whereas|although|though|because|so that)\b")
_UNIT_WORDS = frozenset("day days week weeks month months year years percent cent percentage".split())
"""Checked with their figures by the ledger, so not again as words."""
_NO_LONGER = re.compile(r"\bno longer\b|\bnot any ?more\b|\bstopped\b|\bfree (?:of|from)\b|\bwithout\b")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every figure of a text, so that two texts can be compared figure by figure."""

    fractions: frozenset[tuple[str, str]]
    measures: frozenset[tuple[str, str]]
    """(value, unit); unit empty for a bare number."""
    values: frozenset[str]
    groups: frozenset[str]


def judge_claim(sentence: str, quotes: Sequence[str]) -> Judgement:
    """Supported only when every check passes; unchecked when there is nothing that could be checked."""
    if not quotes:
        return Judgement("unsupported", "no quote", 0.0)
    if any(sentence.strip() == quote.strip() for quote in quotes):
        return Judgement("supported", "verbatim", 1.0)
    content = _content(sentence)
    if not content:
        return Judgement("unchecked", "no word that could be checked", 0.5)
    said = " ".join(quotes)
    missing = sorted(content - _content(said))
    coverage = 1 - len(missing) / len(content)
    problem = find_objection(sentence, quotes) or _hedge_problem(sentence, quotes)
    if problem:
        return Judgement("unsupported", problem, coverage * _OBJECTED)
    if coverage < LEAST_COVERAGE:
        return Judgement("unsupported", f"not in the quotes: {', '.join(missing)} (coverage {coverage:.2f})", coverage)
    return Judgement("supported", f"coverage {coverage:.2f}", coverage)


def find_objection(sentence: str, quotes: Sequence[str]) -> str:
    """A figure, a group or a denial that the quotes do not have; empty when all agree."""
    return _number_problem(sentence, " ".join(quotes)) or _polarity_problem(sentence, quotes)


class LedgerEntailment:
    """`judge_claim` as the line takes it."""

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        return judge_claim(sentence, quotes)


def read_ledger(text: str) -> Ledger:
    plain = normalise(text)
    pairs = _FRACTION.findall(plain) + [(n, of) for of, n in _OF_THE.findall(plain)]
    fractions = frozenset((_digits(n), _digits(of)) for n, of in pairs)
    measures = set()
    for match in _MEASURE.finditer(plain):
        unit = (match["unit"] or match["before"] or "").strip()
        unit = _UNITS.get(unit, unit.rstrip("s") if len(unit) > 1 else unit)
        measure = (_digits(match["value"]), unit)
        measures.add(_SAME_TIME.get(measure, measure))
    groups = frozenset(re.sub(r"[ -]+|the ", " ", group).strip() for group in _GROUPS.findall(plain))
    return Ledger(fractions, frozenset(measures), frozenset(value for value, _ in measures), groups)


def _number_problem(sentence: str, said: str) -> str:
    mine, theirs = read_ledger(sentence), read_ledger(said)
    for value, unit in sorted(mine.measures - theirs.measures):
        if unit or value not in theirs.values:
            return f"number not in the quotes: {value} {unit}".rstrip()
    for n, of in sorted(mine.fractions - theirs.fractions):
        return f"fraction not in the quotes: {n} of {of}"
    for group in sorted(mine.groups - theirs.groups):
        return f"group not in the quotes: {group}"
    return ""


def _polarity_problem(sentence: str, quotes: Sequence[str]) -> str:
    """A word the sentence denies must be denied in a quote, and one it affirms must be affirmed in a quote."""
    affirmed, denied = _polarity(sentence)
    theirs = [_polarity(quote) for quote in quotes]
    may_affirm = frozenset().union(*(said for said, _ in theirs))
    may_deny = frozenset().union(*(said for _, said in theirs))
    for word in sorted((affirmed - denied) & (may_deny - may_affirm)):
        return f"the quote denies {word!r}"
    for word in sorted((denied - affirmed) & (may_affirm - may_deny)):
        return f"the quote does not deny {word!r}"
    for word in sorted(affirmed | denied):
        opposite = word.removeprefix("un") if word.startswith("un") else f"un{word}"
        if opposite in may_affirm | may_deny and word not in may_affirm | may_deny:
            return f"the quote says {opposite!r}"
    return ""


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
    hedges = {token for token in tokenise(nearest) if token in _HEDGES}
    if hedges and not hedges & set(tokenise(sentence)):
        return f"the quote only says {', '.join(sorted(hedges))}"
    return ""


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(token) for token in tokenise(text) if _is_content(token))


def _is_content(token: str) -> bool:
    return token not in GENERIC and token not in _UNIT_WORDS and not token[0].isdigit()


def _digits(value: str) -> str:
    return NUMBER_WORDS.get(value, value.replace(",", ""))
