"""Text to unit vectors with the exported weights: onnxruntime and tokenizers, no torch in the process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from isletbot.errors import WeightsError
from isletbot.inference.weights import MODEL_FILE, REMEDY, TOKENIZER_FILE, read_manifest
from isletbot.ports import Vectors

DIMENSIONS = 384
MAX_TOKENS = 256
"""What the model was trained to read; the rest of a longer text is cut off."""
THREADS = 1
"""Within one run. Measured on two cores: a second thread saves 0.4 of 1.8 ms a question on an idle machine, costs 4 ms
on a busy one, and serves four callers at once a quarter slower."""


class OnnxEmbeddings:
    """Mean of the token vectors, at unit length.

    Each text runs alone: int8 scales are chosen for a whole batch, so batch mates move a vector (cosine 0.99 to the
    same text alone) and save little time on two cores. Alone, a text has one vector whatever it was indexed with.
    """

    def __init__(self, folder: Path, threads: int = THREADS) -> None:
        """Raises WeightsError when a file is missing, altered or not a model."""
        self._digest = read_manifest(folder)["digest"]
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
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    @property
    def digest(self) -> str:
        return self._digest

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._embed_one(text)
        return vectors

    def _embed_one(self, text: str) -> Vectors:
        ids = np.asarray([self._tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        tokens = self._session.run(None, feeds)[0]
        mean: Vectors = tokens[0].mean(axis=0)
        return mean / np.float32(max(float(np.linalg.norm(mean)), 1e-12))
