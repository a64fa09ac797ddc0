"""Training in a few seconds: a dozen messages, one tuned layer. What trains is imported where it is needed and not at
the top: torch is large, and not installed everywhere."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from isletbot.inference.export import PACKAGE, find_source

if TYPE_CHECKING:
    from isletbot.training.encoder import TunedEncoder

    MakeEncoder = Callable[..., TunedEncoder]

NEEDED = ("torch", "peft", "transformers", PACKAGE)


@pytest.fixture(scope="session")
def base() -> Path:
    """The folder of the base; whoever asks for it is skipped where training is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"training needs what is not installed here: {', '.join(missing)}")
    return find_source()


@pytest.fixture(scope="session")
def make_encoder(base: Path) -> MakeEncoder:
    from isletbot.training.encoder import TunedEncoder

    return lambda rank=2, layers=1, max_tokens=64: TunedEncoder(base, rank, layers, max_tokens)


@pytest.fixture(scope="session")
def bare_vectors(base: Path) -> Callable[[dict[str, object], str, str], object]:
    """Mean token vector of a text or pair in the base with other weights put in, as transformers alone computes it."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(base), local_files_only=True)
    model = AutoModel.from_pretrained(str(base), local_files_only=True).eval()

    @torch.no_grad()
    def read(weights: dict[str, object], text: str, pair: str = "") -> object:
        model.load_state_dict({name: torch.as_tensor(weight) for name, weight in weights.items()}, strict=False)
        batch = tokenizer(text, pair or None, truncation=True, max_length=64, return_tensors="pt")
        return model(**batch).last_hidden_state[0].mean(0).numpy()

    return read
