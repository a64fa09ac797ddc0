from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.passage_writer import SearchText
from isletbot.ingestion.text_batches import BatchEmbedding, cut_batches
from isletbot.ports import Vectors


def texts_of(sizes: list[int]) -> list[SearchText]:
    return [SearchText(f"k{number}", "ask", "") for number, size in enumerate(sizes) for _ in range(size)]


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([1], [1]),
        ([2, 2, 2], [4, 2]),
        ([3, 2, 4], [3, 2, 4]),
        ([1, 1, 1, 1, 1], [4, 1]),
        ([6, 1], [6, 1]),
    ],
)
def test_batches_are_cut_between_passages(sizes: list[int], batches: list[int]) -> None:
    assert [len(batch) for batch in cut_batches(texts_of(sizes), 4)] == batches


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(9, 20))
def test_batches_hold_every_text_once_and_no_more_than_fit(sizes: list[int], most: int) -> None:
    texts = texts_of(sizes)
    batches = list(cut_batches(iter(texts), most))
    assert [text for batch in batches for text in batch] == texts
    assert all(len(batch) <= most for batch in batches)
    assert all(one[-1].key != next_one[0].key for one, next_one in pairwise(batches))


class CountingEmbeddings(HashEmbeddings):
    def __init__(self) -> None:
        super().__init__(16)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().embed(texts)


class OneKnown:
    def find(self, text: str) -> Vectors | None:
        return np.ones(16, dtype=np.float32) if text == "known" else None


def test_what_is_known_or_recurs_does_not_go_through_the_model() -> None:
    embeddings, said = CountingEmbeddings(), list[tuple[str, int, int]]()
    embedding = BatchEmbedding(embeddings, OneKnown(), lambda *what: said.append(what), 8)
    embedding.skip(2)
    first = embedding.embed([SearchText("a", "ask", text) for text in ("one", "known", "one")])
    second = embedding.embed([SearchText("b", "ask", text) for text in ("two", "one", "known")])
    assert embeddings.embedded == ["one", "two"]
    assert embedding.reused == 4
    assert np.array_equal(first[[0, 1, 2]], [first[0], np.ones(16), first[0]])
    assert np.array_equal(second[1:], first[:2])
    assert said == [("embedding", done, 8) for done in (0, 2, 5, 8)]
    assert embedding.embed([]).shape == (0, 1)
