"""Reads trained models: one small file holds a low-rank adapter and a linear head over the pinned base.

Needs no torch. `isletbot.training` makes the files; `export.py` merges them into the base when an index is built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from isletbot.errors import WeightsError
from isletbot.inference.weights import SOURCE_SHA256, file_sha256

ModelName = Literal["reader", "relevance"]
Tensors = Mapping[str, NDArray[Any]]
HEAD_WEIGHT, HEAD_BIAS = "head.weight", "head.bias"
_DOWN, _UP = ".lora_down", ".lora_up"
_REMEDY = "Restore the file from the repository, or train again: isletbot train"


@dataclass(frozen=True, slots=True)
class Adapter:
    """One trained model: its tensors in `name.safetensors`, its facts in `name.json`."""

    path: Path
    sha256: str
    labels: tuple[str, ...]
    """The label of each row of the head."""
    facts: Mapping[str, Any]
    """Base, data, command, seed, figures and thresholds, as the model card prints them."""

    def number(self, name: str) -> float:
        """Returns a threshold that was chosen in training. Raises WeightsError when it is missing."""
        try:
            return float(self.facts["thresholds"][name])
        except (KeyError, TypeError, ValueError) as error:
            raise WeightsError(
                f"{str(self.path.with_suffix('.json'))!r} has no threshold {name!r}. {_REMEDY}"
            ) from error


def open_adapter(folder: Path, name: ModelName) -> Adapter:
    """Raises WeightsError when a file is missing, is not what its card says, or belongs to another base."""
    path, card = folder / f"{name}.safetensors", folder / f"{name}.json"
    try:
        facts = json.loads(card.read_bytes())
        pinned, base, labels = str(facts["sha256"]), str(facts["base_sha256"]), tuple(map(str, facts["labels"]))
        found = file_sha256(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(
            f"The trained model {name!r} in {str(folder)!r} cannot be read ({error!r}). {_REMEDY}"
        ) from error
    if found != pinned:
        raise WeightsError(f"{str(path)!r} has SHA-256 {found}, its card says {pinned!r}. {_REMEDY}")
    if base != SOURCE_SHA256:
        raise WeightsError(f"{str(path)!r} was trained over {base!r}, the pinned base is {SOURCE_SHA256}. {_REMEDY}")
    return Adapter(path, found, labels, facts)


def read_tensors(adapter: Adapter) -> Tensors:
    from safetensors.numpy import load_file

    return load_file(adapter.path)


def merge_adapter(base: Tensors, adapter: Tensors) -> dict[str, NDArray[Any]]:
    """Returns the base with `up @ down` added to each weight that the adapter names, of shapes (out, rank) and (rank,
    in). The adapter's scale is folded into `up` when it is written."""
    merged = dict(base)
    for name in adapter:
        weight = name.removesuffix(_DOWN)
        pair = adapter_pair(adapter, weight)
        if pair is None:
            continue
        if weight not in base:
            raise WeightsError(f"The adapter changes {weight!r}, which the base does not have. {_REMEDY}")
        down, up = pair
        change = up @ down
        merged[weight] = (base[weight].astype(np.float32) + change).astype(base[weight].dtype)
    return merged


def adapter_pair(tensors: Tensors, weight: str) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Returns `down` and `up` of one changed weight, in float32; None where the adapter leaves it as it is."""
    if weight + _DOWN not in tensors:
        return None
    return tensors[weight + _DOWN].astype(np.float32), tensors[weight + _UP].astype(np.float32)


def adapter_tensors(weight: str, down: NDArray[Any], up: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Returns the two tensors of one changed weight under the names that `merge_adapter` reads."""
    return {weight + _DOWN: down.astype(np.float16), weight + _UP: up.astype(np.float16)}
