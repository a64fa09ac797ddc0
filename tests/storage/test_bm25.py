from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest
import Stemmer

from isletbot.evaluation.external_texts import make_passage, make_source
from isletbot.storage import bm25
from isletbot.storage.bm25 import TOKENS, Bm25Index

WORDS = "insulin islet dose trial year people death cell study day".split()
QUERIES = ("insulin", "people of the trial", "islet cells die", "day 365 dose", "nothing")


def texts(count: int) -> list[str]:
    random = np.random.default_rng(3)
    return [" ".join(random.choice(WORDS, random.integers(1, 9))) for _ in range(count)]


def build(said: list[str]) -> Bm25Index:
    source = make_source("s")
    return Bm25Index.build([make_passage(source, f"k{number}", text) for number, text in enumerate(said)])


def test_it_ranks_as_the_library_does_with_all_words_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bm25, "_AT_ONCE", 7)
    said, library = texts(100), bm25s.BM25()
    index, stemmer = build(said), Stemmer.Stemmer("english")

    def tokenise(some: list[str]) -> list[list[str]]:
        return bm25s.tokenize(some, token_pattern=TOKENS, stemmer=stemmer, return_ids=False, show_progress=False)

    library.index(tokenise([f"{text}\n" for text in said]), show_progress=False)
    for query in QUERIES:
        scores = library.get_scores(tokenise([query])[0])
        best = [row for row in np.argsort(-scores, kind="stable") if scores[row] > 0]
        assert [(hit.key, hit.score) for hit in index.search(query, 1000)] == [(f"k{row}", scores[row]) for row in best]


def test_the_best_of_many_are_those_of_the_whole_ranking_also_where_scores_are_the_same() -> None:
    index = build(texts(300))
    for query in QUERIES:
        for limit in (1, 10, 20):
            assert index.search(query, limit) == index.search(query, 1000)[:limit]


def test_scores_on_disk_and_in_memory_are_the_same(tmp_path: Path) -> None:
    index = build(texts(50))
    index.save(tmp_path / "bm25")
    keys = [f"k{number}" for number in range(50)]
    for on_disk in (False, True):
        loaded = Bm25Index.load(tmp_path / "bm25", keys, on_disk)
        assert [loaded.search(query, 10) for query in QUERIES] == [index.search(query, 10) for query in QUERIES]
