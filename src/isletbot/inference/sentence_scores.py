"""Scores how well each sentence of an answer belongs in the reply to a message, from the reader's vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from isletbot.errors import WeightsError
from isletbot.inference.weights import file_sha256
from isletbot.ports import Embeddings, Vectors

SENTENCES = "sentences"
MATRIX = "matrix"
_REMEDY = "Restore the files from the repository, or fit them again: isletbot train --sentences"


class SentenceScores:
    """`sentence @ matrix @ message`. Vectors of sentences are kept: the same ones are asked about again and again."""

    def __init__(self, embeddings: Embeddings, matrix: Vectors | None = None) -> None:
        """`matrix` has shape (dimensions, dimensions); without one the score is the cosine."""
        self._matrix = matrix
        self._vector = lru_cache(8192)(lambda text: embeddings.embed([text])[0])

    def score(self, message: Vectors, sentences: Sequence[str]) -> tuple[float, ...]:
        """`message` is its vector, of shape (dimensions,)."""
        wanted = message if self._matrix is None else np.vecdot(self._matrix, message)
        return tuple(float(np.vecdot(self._vector(text), wanted)) for text in sentences)


def open_sentence_scores(models_dir: Path, reader: str, embeddings: Embeddings) -> SentenceScores:
    """With the matrix that was fitted for this reader, and with none where none was fitted. `reader` is the SHA-256 of
    its file. Raises WeightsError when the matrix is damaged or belongs to another reader."""
    path = models_dir / f"{SENTENCES}.safetensors"
    if not path.is_file():
        return SentenceScores(embeddings)
    from safetensors.numpy import load_file

    try:
        card = json.loads(path.with_suffix(".json").read_bytes())
        pinned, fitted = card["sha256"], card["reader_sha256"]
        matrix = load_file(path)[MATRIX].astype(np.float32)
    except Exception as error:  # safetensors' errors have no common base
        raise WeightsError(f"{str(path)!r} cannot be read ({error!r}). {_REMEDY}") from error
    if file_sha256(path) != pinned:
        raise WeightsError(f"{str(path)!r} is not the file that its card names. {_REMEDY}")
    if fitted != reader:
        raise WeightsError(f"{str(path)!r} was fitted for the reader {fitted}, not for {reader}. {_REMEDY}")
    return SentenceScores(embeddings, matrix)
