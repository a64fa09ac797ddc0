"""Trained models of one changed weight, as small as they come; no training is needed for them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from isletbot.inference.adapter import HEAD_BIAS, HEAD_WEIGHT, Adapter, ModelName, adapter_tensors, open_adapter
from isletbot.inference.export import PACKAGE, SAFETENSORS, find_source
from isletbot.inference.weights import SOURCE_SHA256, file_sha256

CHANGED = "encoder.layer.5.output.dense.weight"
"""A real weight of the base, of shape `SHAPE`."""
SHAPE = (384, 1536)
LABELS = ("other", "answers")


def find_base() -> Path:
    """The folder of the base's weights; what needs it is skipped where no package brings it."""
    if importlib.util.find_spec(PACKAGE) is None:
        pytest.skip("the index extra is not installed")
    return find_source() / SAFETENSORS


def small_tensors(size: float = 0.1) -> dict[str, NDArray[Any]]:
    random = np.random.default_rng(0)
    up, down = random.standard_normal((SHAPE[0], 1)), random.standard_normal((1, SHAPE[1]))
    head = random.standard_normal((len(LABELS), SHAPE[0])).astype(np.float32)
    bias = np.zeros(len(LABELS), dtype=np.float32)
    return {HEAD_WEIGHT: head, HEAD_BIAS: bias, **adapter_tensors(CHANGED, down * size, up * size)}


def write_adapter(
    folder: Path, name: ModelName = "reader", tensors: Mapping[str, NDArray[Any]] | None = None, **facts: object
) -> Path:
    """The file of the weights; its card says what is true unless `facts` say otherwise."""
    path = folder / f"{name}.safetensors"
    folder.mkdir(parents=True, exist_ok=True)
    save_file(dict(tensors or small_tensors()), path)
    card = {"sha256": file_sha256(path), "base_sha256": SOURCE_SHA256, "labels": LABELS, "thresholds": {}, **facts}
    path.with_suffix(".json").write_text(json.dumps(card), "utf-8")
    return path


def an_adapter(folder: Path, name: ModelName = "reader", **facts: object) -> Adapter:
    write_adapter(folder, name, **facts)  # type: ignore[arg-type]
    return open_adapter(folder, name)
