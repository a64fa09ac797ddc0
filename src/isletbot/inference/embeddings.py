"""Encodes text as vectors with onnxruntime and tokenizers, without torch."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

from isletbot.errors import WeightsError
from isletbot.inference.weights import HEAD_FILE, MODEL_FILE, REMEDY, TOKENIZER_FILE, read_manifest
from isletbot.ports import Vectors

DIMENSIONS = 384
MAX_TOKENS = 256
"""The length the model was trained on; a longer text is cut off."""
THREADS = 1
"""Threads of one run. Measured on two cores: a second thread saves 0.4 of 1.8 ms a question on an idle machine, costs 4
ms on a busy one, and slows four simultaneous callers by a quarter."""


class OnnxEncoder:
    """Averages the token vectors of one text or pair of texts.

    Each text runs alone: int8 scales are chosen for a whole batch, so other texts in a batch change a vector (cosine
    0.99 to the same text alone) and save little time on two cores.
    """

    def __init__(self, folder: Path, threads: int = THREADS, max_tokens: int = MAX_TOKENS) -> None:
        """Raises WeightsError when a file is missing, altered or not a model."""
        self.digest = read_manifest(folder)["digest"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(threads, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done when exported
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except Exception as error:  # both libraries raise errors of their own, with no common base
            raise WeightsError(f"The weights in {str(folder)!r} do not load ({error}). {REMEDY}") from error
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()

    def encode(self, text: str, pair: str | None = None) -> Vectors:
        """Returns shape (dimensions,), not normalised."""
        encoding: Encoding = self._tokenizer.encode(text, pair)
        feeds = {
            "input_ids": np.asarray([encoding.ids], dtype=np.int64),
            "attention_mask": np.ones((1, len(encoding.ids)), dtype=np.int64),
            "token_type_ids": np.asarray([encoding.type_ids], dtype=np.int64),
        }
        mean: Vectors = self._session.run(None, feeds)[0][0].mean(axis=0)
        return mean


class OnnxEmbeddings:
    """Unit vectors of the message reader; messages, ways of asking and statements share one space."""

    def __init__(self, folder: Path, threads: int = THREADS) -> None:
        self._encoder = OnnxEncoder(folder, threads)

    @property
    def digest(self) -> str:
        return self._encoder.digest

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            mean = self._encoder.encode(text)
            vectors[row] = mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))
        return vectors


class LinearHead:
    """Classifies a vector by softmax over `weight @ vector + bias`."""

    def __init__(self, folder: Path) -> None:
        """Raises WeightsError when the head is missing or malformed."""
        try:
            with (folder / HEAD_FILE).open("rb") as file, np.load(file, allow_pickle=False) as head:
                self.labels = tuple(map(str, head["labels"]))
                self._weight, self._bias = head["weight"], head["bias"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise WeightsError(f"{str(folder / HEAD_FILE)!r} cannot be read ({error!r}). {REMEDY}") from error

    def classify(self, vector: Vectors) -> Mapping[str, float]:
        """Returns probabilities that sum to 1. `vector` has shape (dimensions,)."""
        logits = np.vecdot(self._weight, vector) + self._bias
        odds = np.exp(logits - logits.max())
        return dict(zip(self.labels, map(float, odds / odds.sum()), strict=True))
