"""This module measures each sentence of a reply against its passages: what it adds, copies, joins or says of itself. It
uses words only: adding similarity in meaning changed nothing that could be measured (docs/evaluation.md)."""

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

_CACHED = 16
"""The number of lists of passages kept in the cache: replies to one question come one after the other."""
_NEAR, _CLOSE = 10, 6
"""The distances in words within which two words of a passage belong together."""

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


class PassageWords:
    """The words of the passages, indexed for look-up."""

    def __init__(self, passages: Sequence[str]) -> None:
        read = [_list_stems(passage) for passage in passages]
        self.words = [word for words in read for word in words]
        self.known = frozenset(self.words)
        self.by_passage = [frozenset(words) for words in read]
        self.by_sentence = [frozenset(_list_stems(said)) for passage in passages for said in split_sentences(passage)]
        self.twos = frozenset(pairwise(self.words))
        self.threes = frozenset(_list_triples(self.words))
        self.figures = frozenset(_list_figures(" ".join(passages))) | {word for word in self.words if word.isdigit()}
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._places.setdefault(word, []).append(place)

    def together(self, one: str, other: str, within: int) -> bool:
        """Tells whether both words stand within so many words of each other somewhere."""
        theirs = self._places.get(other, [])
        for mine in self._places.get(one, []):
            place = bisect_left(theirs, mine - within)
            if place < len(theirs) and theirs[place] <= mine + within:
                return True
        return False


class _EarlierWords:
    """The words and pairs of the reply so far."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.pairs: set[tuple[str, str]] = set()


@lru_cache(_CACHED)
def read_passages(passages: tuple[str, ...]) -> PassageWords:
    return PassageWords([_straighten_quotes(passage) for passage in passages])


def measure_reply(reply: str, passages: Sequence[str]) -> Matrix:
    """Returns a row for each sentence of the reply with a column for each of `FEATURES`."""
    passage_words, before = read_passages(tuple(passages)), _EarlierWords()
    sentences = split_sentences(_straighten_quotes(reply))
    rows = []
    for place, sentence in enumerate(sentences):
        measured = _measure_sentence(sentence, passage_words, before)
        rows.append([*measured.values(), place / max(1, len(sentences) - 1)])
    return np.array(rows, dtype=float).reshape(len(rows), len(FEATURES))


def _measure_sentence(sentence: str, passage_words: PassageWords, before: _EarlierWords) -> dict[str, float]:
    own = FRAME.sub(" ", ITEM.sub("", sentence))
    content = [word for word in _list_words(own) if word not in _EMPTY and len(word) > 1]
    stems = [stem(word) for word in content]
    measured = (
        _measure_words(content, stems, own, passage_words, before)
        | _measure_pairs(stems, passage_words, before)
        | _measure_copies(_list_stems(ITEM.sub("", sentence)), _list_stems(own), passage_words)
        | {"new_figures": math.log1p(sum(figure not in passage_words.figures for figure in _list_figures(own)))}
        | _measure_citing(sentence, stems, passage_words)
        | {name: float(bool(mark.search(sentence))) for name, mark in MARKS.items()}
        | {"item": float(bool(ITEM.match(sentence))), "heading": float(sentence.rstrip().endswith(":"))}
    )
    before.words.update(stems)
    before.pairs.update(pairwise(stems))
    return measured


def _measure_words(
    content: Sequence[str], stems: Sequence[str], own: str, passage_words: PassageWords, before: _EarlierWords
) -> dict[str, float]:
    said = frozenset(stems)
    new = said - passage_words.known
    fresh = new - before.words
    letters = {one: word for word, one in zip(content, stems, strict=True) if one in fresh}
    return {
        "size": math.log1p(len(said)),
        "empty": float(len(said) < 2),
        "new": math.log1p(len(new)),
        "new_letters": math.log1p(sum(max(0, len(word) - 3) for word in letters.values())),
        "new_again": math.log1p(len(new) - len(fresh)),
        "covered": _measure_share(said, passage_words.known),
        "best_sentence": max((_measure_share(said, held) for held in passage_words.by_sentence), default=0.0),
        "best_two": max((_measure_share(said, a | b) for a, b in pairwise(passage_words.by_sentence)), default=0.0),
        "best_passage": max((_measure_share(said, held) for held in passage_words.by_passage), default=0.0),
        "new_in_a_row": _measure_longest_run(stems, lambda word: word not in passage_words.known),
        "new_clause": max((_measure_new_share(clause, passage_words) for clause in _CLAUSE.split(own)), default=0.0),
    }


def _measure_pairs(stems: Sequence[str], passage_words: PassageWords, before: _EarlierWords) -> dict[str, float]:
    """Measures neighbouring words of the reply that the passages never bring together."""
    pairs = [(one, other) for one, other in pairwise(stems) if one != other]
    apart = [pair for pair in pairs if not passage_words.together(*pair, _NEAR)]
    known = [pair for pair in pairs if passage_words.known.issuperset(pair)]
    return {
        "apart": math.log1p(len(apart)),
        "apart_share": len(apart) / max(1, len(pairs)),
        "apart_fresh": math.log1p(len([pair for pair in apart if pair not in before.pairs])),
        "apart_known": len([pair for pair in apart if passage_words.known.issuperset(pair)]) / max(1, len(known)),
        "apart_in_a_row": math.log1p(
            _measure_longest_run(pairs, lambda pair: not passage_words.together(*pair, _CLOSE))
        ),
    }


def _measure_copies(whole: Sequence[str], own: Sequence[str], passage_words: PassageWords) -> dict[str, float]:
    twos, threes = list(pairwise(whole)), list(_list_triples(own))
    copied = [False] * len(whole)
    for place, triple in enumerate(_list_triples(whole)):
        if triple in passage_words.threes:
            copied[place : place + 3] = (True, True, True)
    return {
        "new_twos": sum(two not in passage_words.twos for two in twos) / max(1, len(twos)),
        "new_threes": sum(three not in passage_words.threes for three in threes) / max(1, len(threes)),
        "copied": sum(copied) / max(1, len(copied)),
        "uncopied_in_a_row": math.log1p(_measure_longest_run(copied, lambda one: not one)),
    }


def _measure_citing(sentence: str, stems: Sequence[str], passage_words: PassageWords) -> dict[str, float]:
    """Measures whether the sentence names a passage, and how much of it stands only in another passage."""
    named = {int(digit) - 1 for cited in _CITED.findall(sentence) for digit in re.findall(r"\d", cited)}
    held = [passage_words.by_passage[place] for place in named if 0 <= place < len(passage_words.by_passage)]
    if not held or not stems:
        return {"cites": 0.0, "cites_wrongly": 0.0}
    elsewhere = passage_words.known.intersection(stems) - frozenset().union(*held)
    return {"cites": 1.0, "cites_wrongly": len(elsewhere) / len(set(stems))}


def _measure_new_share(clause: str, passage_words: PassageWords) -> float:
    words = [stem(word) for word in _list_words(clause) if word not in _EMPTY and len(word) > 1]
    return sum(word not in passage_words.known for word in words) / len(words) if len(words) > 1 else 0.0


def _measure_share(said: frozenset[str], held: frozenset[str]) -> float:
    return len(said & held) / len(said) if said else 1.0


def _measure_longest_run(items: Iterable[Item], counts: Callable[[Item], bool]) -> float:
    """Returns the length of the longest run."""
    longest = run = 0
    for item in items:
        run = run + 1 if counts(item) else 0
        longest = max(longest, run)
    return float(longest)


def _list_triples(words: Sequence[str]) -> Iterable[Triple]:
    return zip(words, words[1:], words[2:], strict=False)


def _list_figures(text: str) -> list[str]:
    return [figure.replace(",", "") for figure in _NUMBER.findall(text)]


def _list_words(text: str) -> list[str]:
    return [NUMBER_WORDS.get(word, word) for word in _WORD.findall(text.lower())]


def _list_stems(text: str) -> list[str]:
    return [stem(word) for word in _list_words(text)]


def _straighten_quotes(text: str) -> str:
    return write_figures_alike(text).replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')


FEATURES = (*_measure_sentence("", PassageWords(()), _EarlierWords()), "place")
"""The names of the columns, in order."""
