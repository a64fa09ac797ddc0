"""Measures how near a message is to what the corpus is asked. The reader knows what is beside the topic it was trained
on, and takes questions on another topic for that; the known messages of the corpus say otherwise."""

from __future__ import annotations

from isletbot.answering.glossary import Lexicon
from isletbot.ports import Examples, Vectors

NEAR = "near"
"""Name under which the measure stands among the probabilities that the reader gives."""
ON_TOPIC = 0.78
"""From here on a message is not off topic though it reads so. Of 61 messages of five suites that are, none is as near
and none names the topic; of 88 on kidney stones that read as off topic with nothing but the shipped reader, 65 are."""
KNOWN = 0.88
"""From here on a message says what a known one says: it is no small talk, and needs no referral where it hardly reads
as one."""


def measure_topicality(text: str, vector: Vectors, examples: Examples, lexicon: Lexicon) -> float:
    """Cosine of the nearest message whose answer, or lack of one, is known; `ON_TOPIC` at least for one that names the
    topic of the corpus."""
    nearest = max((hit.similarity for hit in examples.nearest(vector, 1)), default=0.0)
    return max(nearest, ON_TOPIC) if lexicon.names_topic(text) else nearest
