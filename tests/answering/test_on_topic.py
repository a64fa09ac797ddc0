"""What the known messages of a corpus are near to is on its topic, and what names the topic is."""

from __future__ import annotations

import numpy as np
import pytest

from isletbot.answering.glossary import Lexicon
from isletbot.answering.on_topic import KNOWN, ON_TOPIC, measure_topicality
from isletbot.corpus import Example, Glossary
from isletbot.ports import ExampleHit
from tests.builders import a_passage

VECTOR = np.zeros(2, dtype=np.float32)
STONES = Lexicon(
    [a_passage(f"A kidney stone is statement number {number}.", key=f"k{number}") for number in range(5)],
    Glossary(same=(("kidney stone", "stone"), ("oxalate", "CaOx"))),
)


class Nearest:
    """Examples of which the nearest has this cosine; none without one."""

    def __init__(self, similarity: float | None) -> None:
        self._hits = () if similarity is None else (ExampleHit(Example("known", ("an-answer",)), similarity),)

    def nearest(self, _vector, limit):
        return self._hits[:limit]


@pytest.mark.parametrize(
    ("text", "similarity", "expected"),
    [
        ("Does milk matter?", 0.6, 0.6),
        ("Does milk matter for a stone?", 0.6, ON_TOPIC),
        ("Does milk matter for a stone?", 0.9, 0.9),
        ("Does milk matter?", None, 0.0),
        ("Does oxalate matter?", 0.1, 0.1),
    ],
)
def test_the_nearest_known_message_or_the_name_of_the_topic_counts(text, similarity, expected):
    assert measure_topicality(text, VECTOR, Nearest(similarity), STONES) == expected


def test_a_name_alone_says_nothing_known():
    assert measure_topicality("my stone", VECTOR, Nearest(None), STONES) < KNOWN


def test_a_corpus_without_a_glossary_has_no_topic_to_name():
    assert not Lexicon([a_passage("A stone.")], Glossary()).names_topic("stone")
