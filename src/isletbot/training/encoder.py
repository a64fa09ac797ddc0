"""The pinned base with a low-rank adapter over its upper layers, for training on a CPU."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from safetensors.numpy import save_file
from torch.nn.functional import normalize
from transformers import AutoModel, AutoTokenizer

from isletbot.errors import WeightsError
from isletbot.inference.adapter import (
    HEAD_BIAS,
    HEAD_WEIGHT,
    Adapter,
    ModelName,
    adapter_pair,
    adapter_tensors,
    read_tensors,
)
from isletbot.inference.weights import SOURCE_SHA256, file_sha256
from isletbot.ports import Vectors

_TARGETS = ["query", "key", "value", "dense"]
_SCALE = 2.0
"""Of the adapter: alpha is twice the rank. Folded into the upper matrix when it is written."""
_MASKED = -1e9
_AT_ONCE = 64
_SORTED_TOGETHER = 20
"""Batches whose rows are sorted among themselves: little padding, and still in random order."""

Pair = tuple[str, str]
Row = TypeVar("Row")


class TunedEncoder:
    """all-MiniLM-L6-v2, lower layers frozen. One thread; layers run in bfloat16 where the processor has units for it
    (2.6 times as fast), in float32 elsewhere (bfloat16 without units is twelve times as slow)."""

    def __init__(self, model_dir: Path, rank: int, layers: int, max_tokens: int) -> None:
        """`layers` counts the tuned ones, from the top."""
        torch.set_num_threads(1)
        self._tokenizer = AutoTokenizer.from_pretrained(str(model_dir), local_files_only=True)  # type: ignore[no-untyped-call]
        bare = AutoModel.from_pretrained(str(model_dir), local_files_only=True)
        for module in bare.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0  # the adapter is small and an epoch or two short: nothing to regularise
        depth = len(bare.encoder.layer)
        config = LoraConfig(
            r=rank,
            lora_alpha=int(_SCALE * rank),
            target_modules=_TARGETS,
            layers_to_transform=list(range(depth - layers, depth)),
            layers_pattern="layer",
        )
        self.model = get_peft_model(bare, config)
        self._bert: Any = self.model.base_model.model
        self._frozen, self._max_tokens = depth - layers, max_tokens
        self.dimensions: int = bare.config.hidden_size
        self._lower: dict[str, torch.Tensor] = {}
        self._bfloat16 = bool(torch.cpu.get_capabilities().get("avx512_bf16"))

    @property
    def parameters(self) -> list[torch.nn.Parameter]:
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    def length(self, text: str | Pair) -> int:
        """A rough measure to sort a batch by."""
        return len(text) if isinstance(text, str) else len(text[0]) + len(text[1])

    def means(self, texts: Sequence[str]) -> torch.Tensor:
        """Mean token vectors, shape (len(texts), dimensions). States below the tuned layers are kept by text."""
        self._read_lower(texts)
        states = [self._lower[text] for text in texts]
        longest = max(len(state) for state in states)
        hidden = torch.zeros(len(states), longest, self.dimensions)
        mask = torch.zeros(len(states), longest)
        for row, state in enumerate(states):
            hidden[row, : len(state)] = state.float()
            mask[row, : len(state)] = 1
        return _pool(self._run_layers(hidden, mask, self._frozen, None), mask)

    def pair_means(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """Mean token vectors of pairs read together, shape (len(pairs), dimensions)."""
        batch = self._tokenizer(
            [message for message, _ in pairs],
            [text for _, text in pairs],
            truncation=True,
            max_length=self._max_tokens,
            padding=True,
            return_tensors="pt",
        )
        mask = batch["attention_mask"].float()
        with torch.no_grad():
            hidden = self._bert.embeddings(input_ids=batch["input_ids"], token_type_ids=batch["token_type_ids"])
            hidden = self._run_layers(hidden, mask, 0, self._frozen)
        return _pool(self._run_layers(hidden, mask, self._frozen, None), mask)

    @torch.no_grad()
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for start in range(0, len(order), _AT_ONCE):
            rows = order[start : start + _AT_ONCE]
            vectors[rows] = normalize(self.means([texts[row] for row in rows]), dim=1).numpy()
        return vectors

    def save(
        self, folder: Path, name: ModelName, head: torch.nn.Linear, head_scale: float, facts: Mapping[str, Any]
    ) -> None:
        """`name.safetensors` and `name.json`. `head_scale` multiplies the vector that the head was trained on."""
        tensors: dict[str, Any] = {
            HEAD_WEIGHT: (head.weight * head_scale).detach().numpy().astype(np.float32),
            HEAD_BIAS: head.bias.detach().numpy().astype(np.float32),
        }
        state = self.model.state_dict()
        for weight, down, up in self._changed_weights():
            tensors |= adapter_tensors(weight, state[down].numpy(), state[up].numpy() * _SCALE)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.safetensors"
        save_file(tensors, path)
        path.chmod(0o644)  # whoever serves need not be who trained
        card = {"sha256": file_sha256(path), "base": "all-MiniLM-L6-v2", "base_sha256": SOURCE_SHA256, **facts}
        path.with_suffix(".json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def load(self, adapter: Adapter) -> None:
        """Goes on from a trained adapter. Raises WeightsError when it has another rank or other layers."""
        tensors, state = read_tensors(adapter), self.model.state_dict()
        for weight, down, up in self._changed_weights():
            pair = adapter_pair(tensors, weight)
            if pair is None or pair[0].shape != state[down].shape:
                raise WeightsError(f"{str(adapter.path)!r} has another rank or other layers. Train from the base.")
            state[down].copy_(torch.from_numpy(pair[0]))
            state[up].copy_(torch.from_numpy(pair[1] / _SCALE))

    def _changed_weights(self) -> Iterator[tuple[str, str, str]]:
        """Name of each changed weight of the base, and the keys of the adapter's lower and upper matrix."""
        for key in self.model.state_dict():
            if ".lora_A." in key:
                weight = key.removeprefix("base_model.model.").partition(".lora_A.")[0] + ".weight"
                yield weight, key, key.replace(".lora_A.", ".lora_B.")

    def _read_lower(self, texts: Sequence[str]) -> None:
        new = sorted({text for text in texts if text not in self._lower}, key=len)
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            batch = self._tokenizer(
                some, truncation=True, max_length=self._max_tokens, padding=True, return_tensors="pt"
            )
            mask = batch["attention_mask"].float()
            with torch.no_grad():
                hidden = self._run_layers(self._bert.embeddings(input_ids=batch["input_ids"]), mask, 0, self._frozen)
            for text, state, kept in zip(some, hidden, mask, strict=True):
                self._lower[text] = state[: int(kept.sum())].half()

    def _run_layers(self, hidden: torch.Tensor, mask: torch.Tensor, first: int, last: int | None) -> torch.Tensor:
        hide = (1.0 - mask[:, None, None, :]) * _MASKED
        # What is only read is read in float32, so that a text has one vector whatever it is read with.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bfloat16 and torch.is_grad_enabled()):
            for layer in self._bert.encoder.layer[first:last]:
                output = layer(hidden, attention_mask=hide)
                hidden = output[0] if isinstance(output, tuple) else output
        return hidden.float()


def _pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask.unsqueeze(-1)
    return (hidden * weights).sum(1) / weights.sum(1)


def batch_by_length(
    rows: Sequence[Row], size: int, total: int, rng: random.Random, length: Callable[[Row], int]
) -> Iterator[list[Row]]:
    """`total` batches of rows of like length, in random order; every row comes once before any comes again."""
    made = 0
    while made < total:
        shuffled = rng.sample(list(rows), len(rows))
        for start in range(0, len(shuffled), size * _SORTED_TOGETHER):
            chunk = sorted(shuffled[start : start + size * _SORTED_TOGETHER], key=length)
            groups = [chunk[place : place + size] for place in range(0, len(chunk), size)]
            rng.shuffle(groups)
            for group in groups:
                if made == total:
                    return
                yield group
                made += 1


def make_schedule(optimizer: torch.optim.Optimizer, total: int) -> torch.optim.lr_scheduler.LambdaLR:
    """Warm-up over 6 % of the steps, then a straight line to 2 %."""

    def factor(step: int) -> float:
        return min(1.0, (step + 1) / max(1.0, 0.06 * total)) * max(0.02, 1 - step / max(1, total))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)


def unit_scale(dimensions: int) -> float:
    """Unit vectors are scaled by this before a head, so that its learning rate does not depend on their size."""
    return math.sqrt(dimensions)
