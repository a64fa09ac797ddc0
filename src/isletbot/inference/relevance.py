"""The cross-encoder: does a text answer a message? It reads both at once and knows no topic by name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from isletbot.inference.embeddings import LinearHead, OnnxEncoder
from isletbot.inference.weights import read_manifest

ANSWERS = "answers"
MAX_TOKENS = 256
"""Of message and text together, as it was trained; the longer of the two is cut first."""


class OnnxRelevance:
    """Scores pairs one by one, as `OnnxEncoder` says why. The session is made at the first pair: most questions get an
    approved answer, and `ask` need not wait for what it does not use."""

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
