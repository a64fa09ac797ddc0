"""A backup is one tar file: a manifest with the SHA-256 of every other file, then these files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from isletbot.errors import InputError, UserError
from isletbot.storage.backup_source import Engine

BACKUP_FORMAT = 1
MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 4_194_304


@dataclass(frozen=True, slots=True)
class BackupManifest:
    format: int
    made_at: str
    program: str
    engine: Engine
    schema: str
    """The newest migration of the records."""
    rows: Mapping[str, int]
    """Rows by table, counted in the same state that was copied."""
    files: Mapping[str, str]
    """SHA-256 by path."""


def write_archive(target: Path, folder: Path, manifest: BackupManifest) -> None:
    """Writes what lies in `folder` as one file that only its owner reads. A kill leaves no file of that name."""
    part = target.with_name(f"{target.name}.part")
    text = json.dumps(asdict(manifest), indent=2).encode()
    (folder / MANIFEST).write_bytes(text)
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as archive:
                for name in (MANIFEST, *sorted(manifest.files)):
                    archive.add(folder / name, name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UserError(f"{str(target)!r} cannot be written: {error.strerror}. Name another file.") from error


def read_archive(source: Path, folder: Path) -> BackupManifest:
    """Unpacks a backup into `folder`, an empty one, and holds each file to its hash. Raises InputError."""
    try:
        with tarfile.open(source, "r:") as archive:
            _unpack(archive, folder)
        manifest = _read_manifest(folder / MANIFEST)
    except FileNotFoundError as error:
        raise InputError(f"There is no backup {str(source)!r}, or it has no {MANIFEST}.") from error
    except (OSError, tarfile.TarError, ValueError, TypeError, KeyError) as error:
        raise _say_damaged(source, str(error)) from error
    found = hash_files(folder)
    found.pop(MANIFEST, None)
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            raise _say_damaged(source, f"{name} is not what was written")
    return manifest


def hash_files(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): _hash_file(path) for path in files}


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Takes regular files below `folder` and nothing else: a backup may come from anywhere."""
    for member in archive:
        target = (folder / member.name).resolve()
        content = archive.extractfile(member) if member.isreg() else None
        if content is None or not target.is_relative_to(folder.resolve()):
            raise ValueError(f"{member.name!r} is no file of a backup")
        target.parent.mkdir(parents=True, exist_ok=True)
        with content, target.open("xb") as file:
            shutil.copyfileobj(content, file)


def _read_manifest(path: Path) -> BackupManifest:
    if path.stat().st_size > _MOST_MANIFEST_BYTES:
        raise ValueError(f"{MANIFEST} is larger than {_MOST_MANIFEST_BYTES:,} bytes")
    stored = json.loads(path.read_bytes())
    if stored["format"] != BACKUP_FORMAT:
        raise InputError(
            f"This backup has format {stored['format']!r}, not {BACKUP_FORMAT}. Use the isletbot it is of."
        )
    return BackupManifest(**stored)


def _say_damaged(source: Path, why: str) -> InputError:
    return InputError(f"The backup {str(source)!r} is damaged: {why}. Nothing was restored. Take another copy of it.")


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
