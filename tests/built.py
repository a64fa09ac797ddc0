"""Weights and index that the session has built, copied into a data folder that a test changes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

_BEING_WRITTEN = (".*", "*.part")
"""What a process beside this one may be writing, and takes away when it is whole."""


def copy_built(built: Path, folder: Path, names: Sequence[str] = ("weights", "index")) -> None:
    for name in names:
        shutil.copytree(built / name, folder / name, ignore=shutil.ignore_patterns(*_BEING_WRITTEN))
