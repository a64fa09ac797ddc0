"""The tuned encoder: what it reads, what it learns, and that a small file holds what it has learnt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from isletbot.inference.adapter import HEAD_BIAS, HEAD_WEIGHT, merge_adapter, open_adapter, read_tensors
from isletbot.inference.weights import SOURCE_SHA256

if TYPE_CHECKING:
    from tests.training.conftest import MakeEncoder

TEXTS = ("Did anyone come off insulin?", "who died", "What will it cost me, do you think, in the end? " * 3, "ok")
PAIR = ("who died", "Two of the 14 people in the zimislecel trial died.")
MOST_BYTES = 3_000_000
SHIPPED = {"rank": 32, "layers": 4}


@pytest.fixture
def make_changed(make_encoder: MakeEncoder) -> MakeEncoder:
    """An encoder whose adapter does something: as it begins, its upper matrices are nought."""

    def make(**shape: int) -> Any:
        import torch

        encoder = make_encoder(**shape)
        torch.manual_seed(0)
        for parameter in encoder.parameters:
            torch.nn.init.normal_(parameter, std=0.05)
        return encoder

    return make


def save(encoder: Any, folder: Path, scale: float = 1.0) -> Any:
    import torch

    head = torch.nn.Linear(encoder.dimensions, 3)
    encoder.save(folder, "reader", head, scale, {"labels": ["a", "b", "c"], "thresholds": {"urgent": 0.3}})
    return head


def test_before_training_it_is_the_base(
    make_encoder: MakeEncoder, base: Path, bare_vectors: Callable[..., Any]
) -> None:
    vectors = make_encoder().embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        mean = bare_vectors({}, text)
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-3)


def test_a_text_has_one_vector_whatever_it_is_read_with(make_changed: MakeEncoder) -> None:
    encoder = make_changed()
    together = encoder.embed(TEXTS)
    assert all(np.allclose(encoder.embed([text])[0], row, atol=1e-5) for text, row in zip(TEXTS, together, strict=True))


def test_only_the_upper_layers_are_trained(make_encoder: MakeEncoder) -> None:
    encoder = make_encoder(layers=2)
    trained = [name for name, weight in encoder.model.named_parameters() if weight.requires_grad]
    assert len(trained) == 2 * 6 * 2  # layers, matrices of each, halves of an adapter
    assert all("layer.4." in name or "layer.5." in name for name in trained)


@pytest.mark.parametrize("layers", [1, 3])
def test_merged_into_the_base_it_gives_the_vectors_of_training(
    make_changed: MakeEncoder, base: Path, tmp_path: Path, bare_vectors: Callable[..., Any], layers: int
) -> None:
    encoder = make_changed(layers=layers)
    save(encoder, tmp_path)
    weights = load_file(base / "model.safetensors")
    merged = merge_adapter(weights, read_tensors(open_adapter(tmp_path, "reader")))
    bare = bare_vectors(weights, TEXTS[0])
    for text, vector in zip(TEXTS, encoder.embed(TEXTS), strict=True):
        mean = bare_vectors(merged, text)
        assert np.allclose(vector, mean / np.linalg.norm(mean), atol=2e-3)
    pair = encoder.pair_means([PAIR])[0].detach().numpy()
    assert np.allclose(pair, bare_vectors(merged, *PAIR), atol=5e-3)
    assert not np.allclose(bare, bare_vectors(merged, TEXTS[0]), atol=5e-2)


def test_what_is_saved_can_be_opened(make_changed: MakeEncoder, tmp_path: Path) -> None:
    head = save(make_changed(), tmp_path, scale=2.0)
    adapter = open_adapter(tmp_path, "reader")
    assert (adapter.labels, adapter.number("urgent")) == (("a", "b", "c"), 0.3)
    tensors = read_tensors(adapter)
    assert np.allclose(tensors[HEAD_WEIGHT], head.weight.detach().numpy() * 2)
    assert np.allclose(tensors[HEAD_BIAS], head.bias.detach().numpy())
    card = json.loads((tmp_path / "reader.json").read_text("utf-8"))
    assert (card["base"], card["base_sha256"]) == ("all-MiniLM-L6-v2", SOURCE_SHA256)


def test_a_model_has_three_megabytes_at_most_at_the_shipped_rank(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    save(make_encoder(**SHIPPED), tmp_path)
    assert (tmp_path / "reader.safetensors").stat().st_size <= MOST_BYTES


def test_a_text_is_cut_where_training_cuts_it(make_changed: MakeEncoder) -> None:
    encoder = make_changed(max_tokens=16)
    one, more, short = encoder.embed(["liver " * 14, "liver " * 40, "liver " * 8])
    assert np.allclose(one, more, atol=1e-6)
    assert not np.allclose(one, short, atol=1e-3)


def test_the_learning_rate_rises_and_then_falls(base: Path) -> None:
    import torch

    from isletbot.training.encoder import make_schedule

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule, rates = make_schedule(optimizer, 100), []
    for _ in range(100):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates.index(max(rates)) == 5
    assert rates[:6] == sorted(rates[:6])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(0.02)


def test_a_schedule_of_no_steps_can_be_made(base: Path) -> None:
    import torch

    from isletbot.training.encoder import make_schedule

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    assert make_schedule(optimizer, 0).get_last_lr() == [1.0]


def test_batches_are_as_many_as_asked_for_and_each_row_comes_in_turn(base: Path) -> None:
    import random

    from isletbot.training.encoder import batch_by_length

    rows = [f"{'x' * (number % 7)} {number}" for number in range(100)]
    batches = list(batch_by_length(rows, 8, 15, random.Random(0), len))
    assert len(batches) == 15
    assert sorted(row for batch in batches[:13] for row in batch) == sorted(rows)


def test_it_goes_on_from_a_saved_adapter(make_changed: MakeEncoder, make_encoder: MakeEncoder, tmp_path: Path) -> None:
    changed = make_changed(rank=2, layers=1)
    save(changed, tmp_path)
    again = make_encoder(rank=2, layers=1)
    assert not np.allclose(again.embed(TEXTS), changed.embed(TEXTS), atol=1e-2)
    again.load(open_adapter(tmp_path, "reader"))
    assert np.allclose(again.embed(TEXTS), changed.embed(TEXTS), atol=2e-3)


@pytest.mark.parametrize("shape", [{"rank": 3, "layers": 1}, {"rank": 2, "layers": 2}])
def test_an_adapter_of_another_shape_is_refused(
    make_changed: MakeEncoder, make_encoder: MakeEncoder, tmp_path: Path, shape: dict[str, int]
) -> None:
    from isletbot.errors import WeightsError

    save(make_changed(rank=2, layers=1), tmp_path)
    with pytest.raises(WeightsError, match="has another rank or other layers"):
        make_encoder(**shape).load(open_adapter(tmp_path, "reader"))
