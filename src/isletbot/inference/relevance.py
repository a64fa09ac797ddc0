"""Scores with a cross-encoder whether a text answers a message. It reads both at once and knows no topic by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from isletbot.inference.embeddings import LinearHead, OnnxEncoder
from isletbot.inference.weights import read_manifest

ANSWERS = "answers"
MAX_TOKENS = 256
"""Length of message and text together, as in training; the longer of the two is cut first."""


class OnnxRelevance:
    """Scores pairs one by one, for the reason given at `OnnxEncoder`. Opens its session at the first pair, because most
    questions get an approved answer and need none."""

    def __init__(self, folder: Path) -> None:
        """Raises WeightsError when a file is missing or altered."""
        self.digest = read_manifest(folder)["digest"]
        self._folder = folder
        self._head = LinearHead(folder)

    @cached_property
    def _encoder(self) -> OnnxEncoder:
        return OnnxEncoder(self._folder, max_tokens=MAX_TOKENS)

    def score(self, message: str, texts: Sequence[str]) -> tuple[float, ...]:
        return tuple(self._head.classify(self._encoder.encode(message, text))[ANSWERS] for text in texts)
