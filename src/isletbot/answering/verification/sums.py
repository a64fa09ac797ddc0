"""A number asked back ("so what is that as a percentage?"): which sum is asked for, of which count, and whether a sum
that is shown holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from isletbot.answering.text import tokenise
from isletbot.answering.verification.figures import Ledger, read_ledger
from isletbot.answering.verification.plain_vocabulary import GENERIC
from isletbot.corpus import TIER_RANK
from isletbot.finding_reasons import Reason
from isletbot.ports import Judgement
from isletbot.types import Part, Passage

Sum = Literal["share", "rest"]

_SHARE = re.compile(r"\b(?:per ?cent(?:age)?|fraction|proportion|share)\b|%", re.IGNORECASE)
_REST = re.compile(
    r"\bhow many\b.*\b(?:leaves?|left|remain(?:s|ing)?|rest|others?)\b|\bthe (?:rest|others)\b", re.IGNORECASE
)
_AROUND = frozenset(
    "percent percentage cent per fraction proportion share leave leaves left remain remains remaining rest others "
    "people patients participants person everyone number total group express put work works come comes".split()
)
"""Words of such a question that name no subject of their own."""
_SUM = re.compile(r"(\d[\d,.]*\d|\d) ?([÷−]) ?(\d[\d,.]*\d|\d) ?= ?(\d[\d,.]*\d|\d)")
_FIGURE = re.compile(r"\d[\d,.]*\d|\d")


@dataclass(frozen=True, slots=True)
class Count:
    """`part` of `whole`, as one statement counts them."""

    part: int
    whole: int


def asked_back(part: Part) -> Sum | None:
    """The sum a part asks for of a number already said; None when it names a subject of its own."""
    own = (token for token in tokenise(part.text) if token not in GENERIC and token not in _AROUND)
    if any(not token[0].isdigit() for token in own):
        return None
    return "share" if _SHARE.search(part.text) else "rest" if _REST.search(part.text) else None


def find_counted(passages: Iterable[Passage], heard: str) -> tuple[Passage, ...]:
    """Statements of a count that was heard: first word for word, as they came, then strongest and shortest."""
    said = _ledger(heard).fractions
    counted = [passage for passage in passages if read_count(passage.text) and _ledger(passage.text).fractions <= said]

    def rank(passage: Passage) -> tuple[int, int, int]:
        place = heard.find(passage.text)
        return (place if place >= 0 else len(heard), -TIER_RANK[passage.source.evidence], len(passage.text))

    return tuple(sorted(counted, key=rank))


def read_count(statement: str) -> Count | None:
    """The one count of a statement; None when it has none, or several that could be meant."""
    fractions = _ledger(statement).fractions
    if len(fractions) != 1:
        return None
    (part, whole), *_ = fractions
    count = Count(int(part), int(whole)) if (part + whole).isdigit() else None
    return count if count and 0 < count.part < count.whole else None


def judge_sum(sentence: str, quotes: Sequence[str]) -> Judgement | None:
    """Whether a sentence that does nothing but show a sum holds: one quote counts its parts, the sum comes out, and no
    other figure stands there. None when the sentence shows no sum, or says more."""
    shown = _SUM.search(sentence)
    words = [token for token in tokenise(sentence) if token not in GENERIC and not token[0].isdigit()]
    if shown is None or any(token not in _AROUND for token in words):
        return None
    left, sign, right, result = shown.groups()
    part, whole = (left, right) if sign == "÷" else (right, left)
    if not any((part, whole) in _ledger(quote).fractions for quote in quotes):
        return _refuse(f"no quote counts {part} of {whole}")
    if not _comes_out(int(left), sign, int(right), result):
        return _refuse(f"the sum does not come out: {shown.group()}")
    known = {left, right, result, *(_percentages(int(left) / int(right)) if sign == "÷" else ())}
    if strange := [figure for figure in _FIGURE.findall(sentence) if figure not in known]:
        return _refuse(f"no part of the sum: {', '.join(strange)}")
    return Judgement("supported", Reason("sum_agrees", f"sum: {shown.group()}", (shown.group(),)), 1.0)


def _refuse(text: str) -> Judgement:
    return Judgement("unsupported", Reason("sum_differs", text), 0.0)


def _comes_out(left: int, sign: str, right: int, result: str) -> bool:
    decimals = len(result.partition(".")[2])
    exact = left / right if sign == "÷" else left - right
    return f"{exact:.{decimals}f}" == result


def _percentages(share: float) -> Iterator[str]:
    yield f"{share * 100:.0f}"
    yield f"{share * 100:.1f}"


@lru_cache(1024)
def _ledger(text: str) -> Ledger:
    return read_ledger(text)
