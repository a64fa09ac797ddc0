from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.ports import SearchText
from isletbot.storage.passage_vectors import cut_batches


def texts_of(sizes: list[int]) -> list[SearchText]:
    return [SearchText(f"k{number}", "ask", "") for number, size in enumerate(sizes) for _ in range(size)]


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([1], [(0, 1)]),
        ([2, 2, 2], [(0, 4), (4, 6)]),
        ([3, 2, 4], [(0, 3), (3, 5), (5, 9)]),
        ([1, 1, 1, 1, 1], [(0, 4), (4, 5)]),
        ([6, 1], [(0, 6), (6, 7)]),
    ],
)
def test_batches_are_cut_between_passages(sizes: list[int], batches: list[tuple[int, int]]) -> None:
    assert list(cut_batches(texts_of(sizes), 4)) == batches


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(9, 20))
def test_batches_hold_every_text_once_and_no_more_than_fit(sizes: list[int], most: int) -> None:
    texts = texts_of(sizes)
    batches = list(cut_batches(texts, most))
    assert [row for start, end in batches for row in range(start, end)] == list(range(len(texts)))
    assert all(end - start <= most for start, end in batches)
    assert all(texts[end].key != texts[end - 1].key for _, end in batches[:-1])
