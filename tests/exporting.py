"""Trained models to exported weights, in a process of its own, so that torch never enters this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "training" / "models"
"""Those that ship."""
EXPORT = """
import pathlib, sys
from isletbot.inference.adapter import open_adapter
from isletbot.inference.export import export_weights
for name in sys.argv[3:]:
    export_weights(pathlib.Path(sys.argv[1]), open_adapter(pathlib.Path(sys.argv[2]), name))
"""


def export_models(weights_dir: Path, models_dir: Path, *names: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", EXPORT, str(weights_dir), str(models_dir), *names]
    subprocess.run(command, env=env, check=True, timeout=300)
