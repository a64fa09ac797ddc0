"""How a question lies against a text: what the text covers, lacks, denies, or says of something else instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from isletbot.answering.answer_types import AnswerType, find_types, holds_all
from isletbot.answering.text import normalise, stem, tokenise

FUNCTION_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been before being between both but by can could did do does doing
    during each for from had has have having he her him his how i if in into is it its many may me might much must my no
    nor not of on one ones or our over shall she should so some such than that the their them then there these they this
    those to under us was we were what when where which while who whom whose why will with would you your
    """.split()
)
_DENIAL = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|unable|except|unlike|fail\w*|refus\w*|lack\w*"
    r"|other than|rather than|instead of)\b|n't\b"
)
_UNDOES = re.compile(r"^(?:un|in|im|ir|il|non|dis|anti)-?(?=\w{4})")
_NAME = re.compile(r"(?<=[\w,;:)\"'] )[A-Z][\w-]+|\b\w*\d\w*\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'`(\[]*\s*[A-Z0-9])")
_OPPOSITES = """
first/last, before/after, most/least fewest, more/less fewer, increase/decrease reduce fall, high/low, higher/lower,
highest/lowest, largest biggest/smallest, large big/small, long/short, longest/shortest, early/late, earliest/latest,
old/new, oldest/newest youngest, older/younger, north/south, northern/southern, east/west, eastern/western, win won/lose
lost, best/worst, better/worse, begin began start/end stop finish, above/below, inside/outside, include/exclude,
allow/forbid prohibit prevent, accept agree/reject refuse oppose disagree, strong/weak, rich/poor, easy simple/difficult
complex, always/never, male man men/female woman women, son/daughter, father/mother, king/queen, brother/sister,
left/right, positive/negative, major/minor, public/private, legal/illegal, possible/impossible, internal/external,
maximum/minimum, upper/lower, same/different, former/latter, success succeed/failure fail, support/oppose, create
build/destroy, attack/defend, gain/loss, modern/ancient, native/foreign, near/far, import/export, active/inactive
passive, common/rare uncommon, birth born/death died, ally/enemy, adult/child, with/without, safe/dangerous, cause/cure
"""


def _read_opposites() -> dict[str, frozenset[str]]:
    opposites: dict[str, frozenset[str]] = {}
    for pair in _OPPOSITES.split(","):
        some, others = (frozenset(map(stem, side.split())) for side in pair.split("/"))
        for side, other in ((some, others), (others, some)):
            for word in side:
                opposites[word] = opposites.get(word, frozenset()) | other
    return opposites


OPPOSITES = _read_opposites()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as its words stand."""

    text: str
    telling: frozenset[str]
    """Stems that are no function words."""
    bare: frozenset[str]
    """The same without beginnings that undo a word."""
    pairs: frozenset[tuple[str, str]]
    """Telling stems that stand side by side."""
    names: frozenset[str]
    """Stems of names, codes and numbers."""
    kinds: tuple[AnswerType, ...]
    """What it asks for, if it is a question."""
    denies: bool
    prose: float


def read_text(text: str) -> Reading:
    tokens = tokenise(text)
    kept = [None if token in FUNCTION_WORDS else stem(token) for token in tokens]
    names = {stem(token) for name in _NAME.findall(text) for token in tokenise(name)}
    telling = frozenset(word for word in kept if word)
    return Reading(
        text=text,
        telling=telling,
        bare=frozenset(map(_bare, telling)),
        pairs=frozenset((one, two) for one, two in pairwise(kept) if one and two),
        names=frozenset(names - FUNCTION_WORDS),
        kinds=find_types(text),
        denies=_DENIAL.search(normalise(text)) is not None,
        prose=kept.count(None) / max(len(kept), 1),
    )


def split_sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


@lru_cache(4096)
def _read_statement(text: str) -> tuple[Reading, tuple[Reading, ...]]:
    """A text and its sentences. Kept, since the same statements are met again; a question never is."""
    whole, sentences = read_text(text), split_sentences(text)
    return whole, tuple(map(read_text, sentences)) if len(sentences) > 1 else (whole,)


class Alignment(NamedTuple):
    """A question beside a text, of which the sentence that covers most of the question speaks for the rest."""

    near: float
    """Similarity in meaning."""
    covered: float
    """Share of the question's words that stand in that one sentence, each by how telling it is."""
    denied: float
    """1 when the question denies something and the sentence does not."""
    swapped: float
    """Words of the question, 2 at most, in whose place beside the same neighbour the sentence has another."""
    opposed: float
    """1 when it has the opposite of a word that it lacks."""
    unnamed: float
    """Names and numbers of the question, 2 at most, that it lacks."""
    prose: float
    """Share of words that join others: where there are none, the text is a list and states nothing."""
    lacking: float
    """1 when the text holds nothing of the kind asked for, but for what the question says itself."""


def align(question: Reading, text: str, near: float, weigh: Callable[[str], float]) -> Alignment:
    weights = {word: weigh(word) for word in question.telling}
    total = sum(weights.values()) or 1.0
    whole, sentences = _read_statement(text)
    shares = [sum(weights[word] for word in question.telling & sentence.telling) / total for sentence in sentences]
    covered = max(shares)
    sentence = sentences[shares.index(covered)]
    missing = question.telling - sentence.telling
    return Alignment(
        near=near,
        covered=covered,
        denied=float(question.denies and not sentence.denies),
        swapped=float(min(2, _count_swaps(question, sentence, missing))),
        opposed=float(any(_is_opposed(word, sentence) for word in missing)),
        unnamed=float(min(2, len(question.names & missing))),
        prose=whole.prose,
        lacking=float(not holds_all(question.kinds, text, question.text)),
    )


def _count_swaps(question: Reading, sentence: Reading, missing: frozenset[str]) -> int:
    before = {two for one, two in sentence.pairs if one not in question.telling}
    after = {one for one, two in sentence.pairs if two not in question.telling}
    return sum((one in missing and two in before) or (two in missing and one in after) for one, two in question.pairs)


def _is_opposed(word: str, sentence: Reading) -> bool:
    if OPPOSITES.get(word, frozenset()) & sentence.telling:
        return True
    return _bare(word) in sentence.bare


def _bare(word: str) -> str:
    """The word without a beginning that undoes it: "uncivil" and "civil" are opposed."""
    return _UNDOES.sub("", word, count=1)
