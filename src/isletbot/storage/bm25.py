"""This module ranks passages by BM25 over English stems. It ignores meaning, which the dense search covers."""

from __future__ import annotations

import logging
import threading
from array import array
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from isletbot.ports import Hit
from isletbot.types import Passage

TOKENS = r"(?u)\d+(?:[.,]\d+)+|\w\w+|\d"
"""Matches words of two letters or more and whole numbers: "type 1" and "type 2" must differ, and so must 7 and 7.4."""

_AT_ONCE = 2_000
"""Passages whose words are held as words."""
logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG when imported


class Bm25Index:
    def __init__(self, keys: Sequence[str], retriever: Any | None) -> None:
        """`retriever` is None when no passage holds a word."""
        self._keys = tuple(keys)
        self._retriever = retriever
        self._stemmer = Stemmer.Stemmer("english")
        self._lock = threading.Lock()  # a stemmer is not to be shared between threads

    @classmethod
    def build(cls, passages: Sequence[Passage]) -> Bm25Index:
        """Holds numbers for the words of all passages, 4 bytes each, and no words."""
        lexical = cls([passage.key for passage in passages], None)
        numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
        numbered = []
        for start in range(0, len(passages), _AT_ONCE):
            texts = [_passage_text(passage) for passage in passages[start : start + _AT_ONCE]]
            numbered += [array("i", map(numbers.__getitem__, tokens)) for tokens in lexical._tokenize(texts)]
        if numbers:
            lexical._retriever = bm25s.BM25()
            lexical._retriever.index((numbered, dict(numbers)), show_progress=False)
        return lexical

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str], on_disk: bool = False) -> Bm25Index:
        """`on_disk` leaves the scores there, where the system's cache holds those of the words that are asked for."""
        return cls(keys, bm25s.BM25.load(folder, mmap=on_disk, show_progress=False) if any(folder.iterdir()) else None)

    def save(self, folder: Path) -> None:
        folder.mkdir()
        if self._retriever is not None:
            self._retriever.save(folder, show_progress=False)

    def search(self, text: str, limit: int) -> tuple[Hit, ...]:
        tokens = self._tokenize([text])[0]
        if self._retriever is None or not tokens:
            return ()
        scores = self._retriever.get_scores(tokens)
        found = np.flatnonzero(scores > 0)
        if 0 < limit < len(found):  # sorting all of a million takes a tenth of a second
            least = np.partition(scores[found], len(found) - limit)[len(found) - limit]
            found = found[scores[found] >= least]
        best = found[np.argsort(-scores[found], kind="stable")[:limit]]
        return tuple(Hit(self._keys[row], float(scores[row])) for row in best)

    def _tokenize(self, texts: list[str]) -> list[list[str]]:
        with self._lock:
            tokens: list[list[str]] = bm25s.tokenize(
                texts, token_pattern=TOKENS, stemmer=self._stemmer, return_ids=False, show_progress=False
            )
        return tokens


def _passage_text(passage: Passage) -> str:
    return "\n".join((passage.text, passage.heading, *passage.asks, *passage.misread))
