"""Within one question each text is embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from isletbot.answering.embedding_cache import CachedEmbeddings
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ports import Vectors


class Counting(HashEmbeddings):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return super().embed(texts)


def test_a_text_is_embedded_once() -> None:
    counting = Counting()
    cached = CachedEmbeddings(counting)
    cached.embed(["Did anyone die?", "Who paid?", "Did anyone die?"])
    cached.embed(["Who paid?"])
    assert counting.texts == ["Did anyone die?", "Who paid?"]


def test_vectors_come_in_the_order_of_the_texts() -> None:
    cached = CachedEmbeddings(HashEmbeddings())
    texts = ["Did anyone die?", "Who paid?", "Did anyone die?"]
    cached.embed(["Who paid?"])
    assert np.array_equal(cached.embed(texts), HashEmbeddings().embed(texts))


def test_it_is_of_the_same_weights() -> None:
    assert CachedEmbeddings(HashEmbeddings(64)).digest == "words-64"
