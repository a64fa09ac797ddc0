"""How a reply stands to its passages, sentence by sentence, in numbers: what it adds, copies, moves together or says
of itself. Words only: adding similarity in meaning changed nothing that could be measured (docs/evaluation.md)."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from isletbot.answering.text import NUMBER_WORDS, stem
from isletbot.answering.verification.same_figures import write_figures_alike
from isletbot.evaluation.phrasing import FRAME, ITEM, MARKS, split_sentences

Matrix = NDArray[np.float64]
Triple = tuple[str, str, str]
Item = TypeVar("Item")

_REMEMBERED = 16
"""Lists of passages kept read: replies to one question come one after the other."""
_NEAR, _CLOSE = 10, 6
"""Words within which two words of a passage belong together."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CITED = re.compile(r"passages? \d(?:(?:,| and|, and|-) ?(?:passages? )?\d)*", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:(]| which | to | because | due to | for ")
_EMPTY = frozenset(
    "a an the of to in on at for by with from and or but is are was were be been being it its this that these those as "
    "they them their he she his her you your we our i not no can will would should may might could has "
    "have had do does "
    "did if then than so such also which who whom what when where how there here into onto over under "
    "about out up down "
    "more most some any all each other".split()
)


class Told:
    """What passages say, ready to be asked."""

    def __init__(self, passages: Sequence[str]) -> None:
        read = [_stems(passage) for passage in passages]
        self.words = [word for words in read for word in words]
        self.known = frozenset(self.words)
        self.by_passage = [frozenset(words) for words in read]
        self.by_sentence = [frozenset(_stems(said)) for passage in passages for said in split_sentences(passage)]
        self.twos = frozenset(pairwise(self.words))
        self.threes = frozenset(_triples(self.words))
        self.figures = frozenset(_figures(" ".join(passages))) | {word for word in self.words if word.isdigit()}
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._places.setdefault(word, []).append(place)

    def together(self, one: str, other: str, within: int) -> bool:
        """Whether both words stand within so many words of each other somewhere."""
        theirs = self._places.get(other, [])
        for mine in self._places.get(one, []):
            place = bisect_left(theirs, mine - within)
            if place < len(theirs) and theirs[place] <= mine + within:
                return True
        return False


class _Before:
    """What the reply has said so far."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()


@lru_cache(_REMEMBERED)
def read_passages(passages: tuple[str, ...]) -> Told:
    return Told([_plain(passage) for passage in passages])


def measure_reply(reply: str, passages: Sequence[str]) -> Matrix:
    """A row for each sentence of the reply, a column for each of `FEATURES`."""
    told, before = read_passages(tuple(passages)), _Before()
    sentences = split_sentences(_plain(reply))
    rows = []
    for place, sentence in enumerate(sentences):
        measured = _measure_sentence(sentence, told, before)
        rows.append([*measured.values(), place / max(1, len(sentences) - 1)])
    return np.array(rows, dtype=float).reshape(len(rows), len(FEATURES))


def _measure_sentence(sentence: str, told: Told, before: _Before) -> dict[str, float]:
    own = FRAME.sub(" ", ITEM.sub("", sentence))
    content = [word for word in _words(own) if word not in _EMPTY and len(word) > 1]
    stems = [stem(word) for word in content]
    measured = (
        _measure_words(content, stems, own, told, before)
        | _measure_pairs(stems, told, before)
        | _measure_copies(_stems(ITEM.sub("", sentence)), _stems(own), told)
        | {"new_figures": math.log1p(sum(figure not in told.figures for figure in _figures(own)))}
        | _measure_citing(sentence, stems, told)
        | {name: float(bool(mark.search(sentence))) for name, mark in MARKS.items()}
        | {"item": float(bool(ITEM.match(sentence))), "heading": float(sentence.rstrip().endswith(":"))}
    )
    before.words.update(stems)
    before.pairs.update(pairwise(stems))
    return measured


def _measure_words(
    content: Sequence[str], stems: Sequence[str], own: str, told: Told, before: _Before
) -> dict[str, float]:
    said = frozenset(stems)
    new = said - told.known
    fresh = new - before.words
    letters = {one: word for word, one in zip(content, stems, strict=True) if one in fresh}
    return {
        "size": math.log1p(len(said)),
        "empty": float(len(said) < 2),
        "new": math.log1p(len(new)),
        "new_letters": math.log1p(sum(max(0, len(word) - 3) for word in letters.values())),
        "new_again": math.log1p(len(new) - len(fresh)),
        "covered": _share(said, told.known),
        "best_sentence": max((_share(said, held) for held in told.by_sentence), default=0.0),
        "best_two": max((_share(said, a | b) for a, b in pairwise(told.by_sentence)), default=0.0),
        "best_passage": max((_share(said, held) for held in told.by_passage), default=0.0),
        "new_in_a_row": _longest(stems, lambda word: word not in told.known),
        "new_clause": max((_new_share(clause, told) for clause in _CLAUSE.split(own)), default=0.0),
    }


def _measure_pairs(stems: Sequence[str], told: Told, before: _Before) -> dict[str, float]:
    """Neighbours of the reply that the passages never bring together."""
    pairs = [(one, other) for one, other in pairwise(stems) if one != other]
    apart = [pair for pair in pairs if not told.together(*pair, _NEAR)]
    known = [pair for pair in pairs if told.known.issuperset(pair)]
    return {
        "apart": math.log1p(len(apart)),
        "apart_share": len(apart) / max(1, len(pairs)),
        "apart_fresh": math.log1p(len([pair for pair in apart if pair not in before.pairs])),
        "apart_known": len([pair for pair in apart if told.known.issuperset(pair)]) / max(1, len(known)),
        "apart_in_a_row": math.log1p(_longest(pairs, lambda pair: not told.together(*pair, _CLOSE))),
    }


def _measure_copies(whole: Sequence[str], own: Sequence[str], told: Told) -> dict[str, float]:
    twos, threes = list(pairwise(whole)), list(_triples(own))
    copied = [False] * len(whole)
    for place, triple in enumerate(_triples(whole)):
        if triple in told.threes:
            copied[place : place + 3] = (True, True, True)
    return {
        "new_twos": sum(two not in told.twos for two in twos) / max(1, len(twos)),
        "new_threes": sum(three not in told.threes for three in threes) / max(1, len(threes)),
        "copied": sum(copied) / max(1, len(copied)),
        "uncopied_in_a_row": math.log1p(_longest(copied, lambda one: not one)),
    }


def _measure_citing(sentence: str, stems: Sequence[str], told: Told) -> dict[str, float]:
    """Whether the sentence names a passage, and how much of it stands in another passage only."""
    named = {int(digit) - 1 for cited in _CITED.findall(sentence) for digit in re.findall(r"\d", cited)}
    held = [told.by_passage[place] for place in named if 0 <= place < len(told.by_passage)]
    if not held or not stems:
        return {"cites": 0.0, "cites_wrongly": 0.0}
    elsewhere = told.known.intersection(stems) - frozenset().union(*held)
    return {"cites": 1.0, "cites_wrongly": len(elsewhere) / len(set(stems))}


def _new_share(clause: str, told: Told) -> float:
    words = [stem(word) for word in _words(clause) if word not in _EMPTY and len(word) > 1]
    return sum(word not in told.known for word in words) / len(words) if len(words) > 1 else 0.0


def _share(said: frozenset[str], held: frozenset[str]) -> float:
    return len(said & held) / len(said) if said else 1.0


def _longest(items: Iterable[Item], counts: Callable[[Item], bool]) -> float:
    """Length of the longest run."""
    longest = run = 0
    for item in items:
        run = run + 1 if counts(item) else 0
        longest = max(longest, run)
    return float(longest)


def _triples(words: Sequence[str]) -> Iterable[Triple]:
    return zip(words, words[1:], words[2:], strict=False)


def _figures(text: str) -> list[str]:
    return [figure.replace(",", "") for figure in _NUMBER.findall(text)]


def _words(text: str) -> list[str]:
    return [NUMBER_WORDS.get(word, word) for word in _WORD.findall(text.lower())]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _words(text)]


def _plain(text: str) -> str:
    return write_figures_alike(text).replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


FEATURES = (*_measure_sentence("", Told(()), _Before()), "place")
"""Names of what is measured, in the order of the columns."""
