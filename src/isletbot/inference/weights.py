"""Finds exported weights and checks their hashes. Loads no model: `export.py` makes them, `embeddings.py` runs them."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import Literal, get_args

from isletbot.errors import WeightsError

Quantization = Literal["avx512_vnni", "avx2", "arm64"]

SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Hash of `model.safetensors` of all-MiniLM-L6-v2. No other weights are ever loaded."""
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
"""Hash of its `tokenizer.json`: another tokenizer would give other vectors for the same weights."""
WEIGHTS_FORMAT = 3
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
HEAD_FILE = "head.npz"
"""Weight, shape (labels, dimensions), and bias of the linear head, with the labels."""
MANIFEST_FILE = "manifest.json"
REMEDY = "Delete the folder and run: isletbot index"


def quantization_here() -> Quantization:
    """Returns the int8 form that this processor computes fastest without saturating."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return "arm64"
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text(encoding="utf-8", errors="replace") if cpuinfo.is_file() else ""
    return "avx512_vnni" if "avx512_vnni" in flags else "avx2"


def weights_digest(quantization: Quantization, adapter_sha256: str) -> str:
    """The digest is known before the export, so that a folder of this name is either complete or absent."""
    facts = f"{SOURCE_SHA256}\0{TOKENIZER_SHA256}\0{WEIGHTS_FORMAT}\0{quantization}\0{adapter_sha256}"
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def find_weights(weights_dir: Path, adapter_sha256: str) -> Path | None:
    """Finds the exported weights of one trained model: this processor's own form first, else a form made elsewhere."""
    here = quantization_here()
    for quantization in (here, *(kind for kind in get_args(Quantization) if kind != here)):
        folder = weights_dir / weights_digest(quantization, adapter_sha256)
        if (folder / MANIFEST_FILE).is_file():
            return folder
    return None


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, str]:
    """Returns file names and their SHA-256, checked against the files. Raises WeightsError with the file and the
    remedy."""
    manifest = folder / MANIFEST_FILE
    try:
        stored = json.loads(manifest.read_bytes())
        files = {str(name): str(digest) for name, digest in stored["files"].items()}
        digest = str(stored["digest"])
    except FileNotFoundError as error:
        raise WeightsError(f"No exported weights: {str(manifest)!r} does not exist. Run: isletbot index") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(f"{str(manifest)!r} is not a manifest of weights ({error}). {REMEDY}") from error
    for name in (MODEL_FILE, TOKENIZER_FILE, HEAD_FILE):
        _check_file(folder / name, files.get(name, ""))
    return {"digest": digest, **files}


def _check_file(path: Path, expected: str) -> None:
    try:
        found = file_sha256(path)
    except OSError as error:
        raise WeightsError(f"{str(path)!r} cannot be read ({error}). {REMEDY}") from error
    if found != expected:
        raise WeightsError(f"{str(path)!r} has SHA-256 {found}, its manifest says {expected!r}. {REMEDY}")
