"""Finds statements that say the same of the same thing with another figure, for a person to look at. Pure.

A pair is a hint and no verdict: two groups, or two moments, may go by the same words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from isletbot.answering.text import content_words, is_negation, stem, tokenise
from isletbot.answering.verification.figures import NO_STUDY, Ledger, read_ledger
from isletbot.corpus import ContradictingPair, StudyWords
from isletbot.types import Passage

SAME_SUBJECT = 0.5
"""The least share of words in common, figures apart. Of the 219 statements that ship, none of which contradict each
other, 0.5 gives two pairs and 0.3 six."""
_RAREST = 4
"""A pair must share one of the rarest words of both, so that not every two statements are compared."""
_FEWEST_WORDS = 3
_MOMENTS = frozenset({"day", "week", "month", "year", "hour", "phase", "part", "level", "type"})
"""Units of when and of which, not of how many."""
_NAME = re.compile(r"(?<=[\w,:] )[A-Z][\w-]+")
"""Matches `France` in `2 sites in France`: two statements with names of their own speak of two things."""


@dataclass(frozen=True, slots=True)
class _ReadPassage:
    passage: Passage
    words: frozenset[str]
    figures: frozenset[tuple[str, str]]
    """(what is counted, how many)."""
    moments: frozenset[tuple[str, str]]
    groups: frozenset[str]
    names: frozenset[str]
    denied: bool


def find_contradictions(passages: Sequence[Passage], study: StudyWords = NO_STUDY) -> tuple[ContradictingPair, ...]:
    """Finds pairs in the order of the passages."""
    every = (_read(passage, study) for passage in passages)
    read = [one for one in every if one.figures and len(one.words) >= _FEWEST_WORDS]
    pairs = ((read[one], read[other]) for one, other in _find_near(read))
    return tuple(pair for one, other in pairs if (pair := _compare(one, other)))


def _read(passage: Passage, study: StudyWords) -> _ReadPassage:
    ledger = read_ledger(passage.text, study)
    words = frozenset(stem(word) for word in content_words(passage.text) if not any(map(str.isdigit, word)))
    moments = frozenset((unit, value) for value, unit in ledger.measures if unit.split(" ")[0] in _MOMENTS)
    names = frozenset(_NAME.findall(passage.text))
    denied = any(map(is_negation, tokenise(passage.text)))
    return _ReadPassage(passage, words, frozenset(_list_figures(ledger)), moments, ledger.groups, names, denied)


def _list_figures(ledger: Ledger) -> Iterator[tuple[str, str]]:
    within = {value for fraction in ledger.fractions for value in fraction}
    for number, of in ledger.fractions:
        yield f"of {of}", number
    for value, unit in ledger.measures:
        if unit and unit.split(" ")[0] not in _MOMENTS and " of" not in unit:
            yield unit, value
    for number, thing in ledger.counted:
        if number not in within and thing not in _MOMENTS:
            yield thing, number


def _find_near(read: Sequence[_ReadPassage]) -> Sequence[tuple[int, int]]:
    common = Counter(word for one in read for word in one.words)
    by_word: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(read):
        for word in sorted(one.words, key=lambda word: (common[word], word))[:_RAREST]:
            by_word[word].append(place)
    return sorted({pair for places in by_word.values() for pair in combinations(places, 2)})


def _compare(one: _ReadPassage, other: _ReadPassage) -> ContradictingPair | None:
    shared = len(one.words & other.words) / len(one.words | other.words)
    if shared < SAME_SUBJECT or one.groups != other.groups or one.denied != other.denied:
        return None
    if _differ(one.moments, other.moments) or (one.names - other.names and other.names - one.names):
        return None
    for what in sorted({unit for unit, _ in one.figures} & {unit for unit, _ in other.figures}):
        mine, theirs = ({value for unit, value in each.figures if unit == what} for each in (one, other))
        if mine.isdisjoint(theirs) and not _add_up(what, mine, theirs):
            told = tuple(f"{', '.join(sorted(values))} {what}" for values in (mine, theirs))
            return ContradictingPair(one.passage, other.passage, (told[0], told[1]))
    return None


def _add_up(what: str, mine: set[str], theirs: set[str]) -> bool:
    """Tells whether the two are the parts of one whole: 10 of 12, and the 2 of 12 that were left."""
    whole = what.removeprefix("of ")
    numbers = [value for values in (mine, theirs) for value in values if value.isdecimal()]
    return whole.isdecimal() and len(numbers) == 2 and sum(map(int, numbers)) == int(whole)


def _differ(mine: frozenset[tuple[str, str]], theirs: frozenset[tuple[str, str]]) -> bool:
    """Tells whether both name moments, or parts of the trial, and not the same ones."""
    return bool(mine) and bool(theirs) and mine != theirs
