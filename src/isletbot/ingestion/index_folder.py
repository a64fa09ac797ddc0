"""The folder of the index: which version is current, what it was made from, and how one replaces another.

    index/CURRENT            the name of the folder that serves, replaced in one step
    index/<version>/         chroma/, bm25/, corpus.jsonl, manifest.json; never written to again
    index/.building-…/       a build under way, or one that was killed: the next build of its version goes on with it,
                             any other sweeps it away

What lies in a version's folder is written and read in storage/, not here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from isletbot.errors import IndexCorrupt, IndexNotReady

INDEX_FORMAT = 7
"""Raise it when an index of before can no longer be read, or would be built differently from the same corpus."""
CURRENT_FILE = "CURRENT"
MANIFEST_FILE = "manifest.json"
BUILDING = ".building-"
BUILD = "Run: isletbot index"
REBUILD = "Run: isletbot index --rebuild"

IndexState = Literal["ready", "missing", "stale"]


@dataclass(frozen=True, slots=True)
class Manifest:
    format: int
    version: str
    corpus: str
    weights: str
    passages: int
    vectors: int
    """Of passages."""
    files: Mapping[str, str]
    """SHA-256 by path; of files that opening the index does not change."""
    asks: int = 0
    """Vectors of ways to ask for approved answers; an index of before format 3 has none."""


def index_version(corpus_version: str, weights_digest: str) -> str:
    facts = f"{corpus_version}\0{weights_digest}\0{INDEX_FORMAT}"
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def index_state(index_dir: Path, corpus_version: str, weights_digest: str) -> IndexState:
    """Whether what serves is of this corpus, these weights and this format. Raises IndexCorrupt."""
    folder = current_folder(index_dir)
    if folder is None:
        return "missing"
    return "ready" if read_manifest(folder).version == index_version(corpus_version, weights_digest) else "stale"


def open_current(index_dir: Path, weights_digest: str) -> tuple[Path, Manifest]:
    """The folder that serves. Raises IndexNotReady when there is none for these weights, IndexCorrupt when damaged."""
    folder = current_folder(index_dir)
    if folder is None:
        raise IndexNotReady(f"There is no index in {str(index_dir)!r}. {BUILD}")
    manifest = read_manifest(folder)
    if manifest.format != INDEX_FORMAT:
        raise IndexNotReady(f"The index in {str(folder)!r} has format {manifest.format}, not {INDEX_FORMAT}. {BUILD}")
    if manifest.weights != weights_digest:
        made = f"was made with weights {manifest.weights!r}, not {weights_digest!r}"
        raise IndexNotReady(f"The index in {str(folder)!r} {made}. {BUILD}")
    return folder, manifest


def current_folder(index_dir: Path) -> Path | None:
    pointer = index_dir / CURRENT_FILE
    try:
        name = pointer.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    if not re.fullmatch(r"[0-9a-z-]+", name):
        raise IndexCorrupt(f"{str(pointer)!r} names no version of the index: {name!r}. {REBUILD}")
    return index_dir / name


def read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST_FILE
    try:
        stored = json.loads(path.read_bytes())
        return Manifest(**stored)
    except (OSError, ValueError, TypeError) as error:
        raise IndexCorrupt(f"{str(path)!r} cannot be read ({error}). {REBUILD}") from error


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raises IndexCorrupt naming the first file that is not what was written."""
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            found = _file_sha256(path)
        except OSError as error:
            raise IndexCorrupt(f"{str(path)!r} cannot be read ({error}). {REBUILD}") from error
        if found != expected:
            raise IndexCorrupt(f"{str(path)!r} is not what was written: SHA-256 {found}, not {expected}. {REBUILD}")


def seal_folder(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest with the hashes of `manifest.files`, and brings every file to disk."""
    hashes = {name: _file_sha256(folder / name) for name in manifest.files}
    sealed = {**asdict(manifest), "files": hashes}
    (folder / MANIFEST_FILE).write_text(json.dumps(sealed, indent=2) + "\n", encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        _to_disk(path)


def publish_folder(index_dir: Path, building: Path, version: str) -> Path:
    """Makes a sealed build the one that serves; a kill leaves either the old one or the new one."""
    before = index_dir / _read_name(index_dir)
    folder = _free_folder(index_dir, version)
    building.rename(folder)
    pointer = index_dir / f"{BUILDING}{CURRENT_FILE}"
    pointer.write_text(folder.name + "\n", encoding="ascii")
    _to_disk(pointer)
    pointer.replace(index_dir / CURRENT_FILE)
    _to_disk(index_dir)
    # The one before stays: a server that opened it may still be answering from it.
    for old in index_dir.iterdir():
        if old.is_dir() and old not in (folder, before):
            shutil.rmtree(old)
    return folder


def open_building(index_dir: Path, version: str) -> Path:
    """The folder in which this version is built, with what a killed builder of it left; it is empty for the first."""
    left = next(index_dir.glob(f"{BUILDING}{version}-*"), None)
    # A name of its own: Chroma keeps what it could not open in this process, by its path.
    folder = left or Path(tempfile.mkdtemp(prefix=f"{BUILDING}{version}-", dir=index_dir))
    folder.chmod(0o755)  # whoever serves need not be who built
    return folder


def sweep_builds(index_dir: Path, kept: str = "") -> None:
    """Removes what killed builders left, except of the version `kept`. Only under the lock: it would remove a build
    under way."""
    for path in index_dir.glob(f"{BUILDING}*"):
        if not path.is_dir():
            path.unlink()
        elif not kept or not path.name.startswith(f"{BUILDING}{kept}-"):
            shutil.rmtree(path)


def _read_name(index_dir: Path) -> str:
    pointer = index_dir / CURRENT_FILE
    return pointer.read_text(encoding="ascii", errors="replace").strip() if pointer.is_file() else CURRENT_FILE


def _free_folder(index_dir: Path, version: str) -> Path:
    """A folder name that was never served from: an index rebuilt in place would change under its readers."""
    names = (version, *(f"{version}-{number}" for number in range(2, 1000)))
    return next(index_dir / name for name in names if not (index_dir / name).exists())


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
