"""This module reads the commit of a checkout from its files, without any program."""

from __future__ import annotations

from pathlib import Path


def read_commit(checkout: Path | None) -> str:
    """Returns the commit's hash; empty outside a checkout or when it cannot be read. It ignores uncommitted changes."""
    if checkout is None:
        return ""
    try:
        folder = checkout / ".git"
        if folder.is_file():  # a worktree: the file names its folder
            folder = checkout / folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        return _read_reference(folder, head.removeprefix("ref: "))
    except OSError:
        return ""


def _read_reference(folder: Path, name: str) -> str:
    common = folder / "commondir"
    root = folder / common.read_text(encoding="utf-8").strip() if common.exists() else folder
    if (root / name).is_file():
        return (root / name).read_text(encoding="utf-8").strip()
    lines = (root / "packed-refs").read_text(encoding="utf-8").splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), "")
