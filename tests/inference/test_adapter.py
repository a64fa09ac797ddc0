"""What trained models ship as: read only when they are what their card says, and added to the base."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from isletbot.errors import WeightsError
from isletbot.inference.adapter import adapter_tensors, merge_adapter, open_adapter, read_tensors
from tests.inference.adapters import CHANGED, LABELS, SHAPE, an_adapter, find_base, write_adapter

REMEDY = "isletbot train"


def test_an_adapter_is_opened_with_what_its_card_says(tmp_path: Path) -> None:
    adapter = an_adapter(tmp_path, thresholds={"urgent": 0.3}, seed=7)
    assert (adapter.path, adapter.labels) == (tmp_path / "reader.safetensors", LABELS)
    assert adapter.number("urgent") == 0.3
    assert adapter.facts["seed"] == 7
    assert CHANGED + ".lora_up" in read_tensors(adapter)


def test_merging_adds_up_times_down_and_nothing_else() -> None:
    random = np.random.default_rng(1)
    base = {name: random.standard_normal((4, 6)).astype(np.float32) for name in ("one.weight", "other.weight")}
    before = {name: weight.copy() for name, weight in base.items()}
    down, up = random.standard_normal((2, 6)), random.standard_normal((4, 2))
    merged = merge_adapter(base, {**adapter_tensors("one.weight", down, up), "head.weight": np.ones((2, 4))})
    assert merged.keys() == base.keys()
    assert np.allclose(merged["one.weight"], base["one.weight"] + up @ down, atol=1e-2)  # stored in half precision
    assert np.array_equal(merged["other.weight"], base["other.weight"])
    assert all(np.array_equal(base[name], before[name]) for name in base)


def test_merging_keeps_the_precision_of_the_base() -> None:
    base = {"one.weight": np.ones((2, 3), dtype=np.float16)}
    merged = merge_adapter(base, adapter_tensors("one.weight", np.ones((1, 3)), np.ones((2, 1))))
    assert merged["one.weight"].dtype == np.float16
    assert np.array_equal(merged["one.weight"], np.full((2, 3), 2, dtype=np.float16))


def test_one_real_weight_of_the_base_is_changed(tmp_path: Path) -> None:
    base = load_file(find_base())
    tensors = read_tensors(an_adapter(tmp_path))
    merged = merge_adapter(base, tensors)
    assert [name for name in base if not np.array_equal(base[name], merged[name])] == [CHANGED]
    change = merged[CHANGED] - base[CHANGED]
    assert change.shape == SHAPE
    assert np.linalg.matrix_rank(change, tol=1e-3) == 1


def test_a_weight_that_the_base_lacks_is_named() -> None:
    tensors = adapter_tensors("pooler", np.ones((1, 3)), np.ones((2, 1)))
    with pytest.raises(WeightsError, match="'pooler'") as caught:
        merge_adapter({"other.weight": np.ones((2, 3))}, tensors)
    assert REMEDY in str(caught.value)


def test_an_altered_file_is_named(tmp_path: Path) -> None:
    path = write_adapter(tmp_path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(WeightsError, match=r"reader\.safetensors.*has SHA-256") as caught:
        open_adapter(tmp_path, "reader")
    assert REMEDY in str(caught.value)


def test_a_model_over_another_base_is_named(tmp_path: Path) -> None:
    write_adapter(tmp_path, base_sha256="0" * 64)
    with pytest.raises(WeightsError, match=r"reader\.safetensors.*trained over '0{64}'") as caught:
        open_adapter(tmp_path, "reader")
    assert REMEDY in str(caught.value)


@pytest.mark.parametrize("missing", ["reader.json", "reader.safetensors"])
def test_a_missing_file_is_told_with_model_and_folder(tmp_path: Path, missing: str) -> None:
    write_adapter(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(WeightsError, match="'reader' in") as caught:
        open_adapter(tmp_path, "reader")
    assert str(tmp_path) in str(caught.value)
    assert REMEDY in str(caught.value)


@pytest.mark.parametrize("card", [b"", b"\xff", b"[]", b"7", b"{}", b'{"sha256": "0", "base_sha256": "0"}'])
def test_a_card_that_is_none_is_told_with_the_remedy(tmp_path: Path, card: bytes) -> None:
    write_adapter(tmp_path).with_suffix(".json").write_bytes(card)
    with pytest.raises(WeightsError, match=REMEDY):
        open_adapter(tmp_path, "reader")


@pytest.mark.parametrize("thresholds", [{}, {"urgent": None}, {"urgent": "high"}, None])
def test_a_missing_threshold_is_named_with_the_card(tmp_path: Path, thresholds: object) -> None:
    adapter = an_adapter(tmp_path, thresholds=thresholds)
    with pytest.raises(WeightsError, match=r"reader\.json.*'urgent'") as caught:
        adapter.number("urgent")
    assert REMEDY in str(caught.value)


def test_a_card_without_thresholds_still_opens(tmp_path: Path) -> None:
    path = write_adapter(tmp_path).with_suffix(".json")
    card = json.loads(path.read_text("utf-8"))
    del card["thresholds"]
    path.write_text(json.dumps(card), "utf-8")
    with pytest.raises(WeightsError, match="no threshold 'answer'"):
        open_adapter(tmp_path, "reader").number("answer")
