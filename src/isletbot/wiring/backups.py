"""Makes and restores backups: records, corpus, and what server and staff keep in the data folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from isletbot import __version__
from isletbot.errors import InputError, UserError
from isletbot.settings import Settings
from isletbot.storage.backup_archive import (
    BACKUP_FORMAT,
    BackupManifest,
    hash_files,
    read_archive,
    write_archive,
)
from isletbot.storage.backup_source import Engine, RecordsState, check_schema, name_kept
from isletbot.storage.database import read_url
from isletbot.storage.postgres_backup import copy_postgres, restore_postgres
from isletbot.storage.sqlite_backup import copy_sqlite, restore_sqlite
from isletbot.wiring.server_context import now

_CORPUS = "corpus"
_OF_DATA = ("journal/urgent.jsonl", "evals/staff.jsonl", "evals/queue.jsonl", "models", "switched-off")
"""What lies in the data folder and cannot be built again."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    manifest: BackupManifest
    kept: tuple[str, ...]
    """Where what was there before is kept."""


def make_backup(settings: Settings, target: Path) -> BackupManifest:
    """Copies a running server's records in one state. Raises UserError when `target` is there already."""
    if target.exists():
        raise UserError(f"{str(target)!r} is there already. Name another file: a backup overwrites nothing.")
    address = _read_address(settings)
    with _private_folder() as folder:
        if _name_engine(address) == "sqlite":
            state = copy_sqlite(Path(str(address.database)), folder)
        else:
            state = copy_postgres(address, folder)
        for name, path in _list_places(settings).items():
            _copy(path, folder / name)
        manifest = BackupManifest(
            format=BACKUP_FORMAT,
            made_at=now().isoformat(timespec="seconds"),
            program=__version__,
            engine=_name_engine(address),
            schema=state.schema,
            rows=state.rows,
            files=hash_files(folder),
        )
        write_archive(target, folder, manifest)
    return manifest


def restore_backup(settings: Settings, source: Path, *, replace: bool = False) -> RestoreReport:
    """Checks everything before anything is changed. Raises InputError for a backup that is damaged, of another database
    or of a newer program, UserError for records in use or in the way."""
    address = _read_address(settings)
    with _private_folder() as folder:
        manifest = read_archive(source, folder)
        if manifest.engine != _name_engine(address):
            raise InputError(
                f"The backup is of {manifest.engine}, and ISLETBOT_RECORDS_URL names {_name_engine(address)}. "
                "Set it to a database of the same kind."
            )
        check_schema(manifest.schema)
        changed = {name: path for name, path in _list_places(settings).items() if _differs(folder / name, path)}
        in_the_way = [str(path) for path in changed.values() if path.exists()]
        if in_the_way and not replace:
            raise UserError(f"{', '.join(in_the_way)} would be replaced. With --replace it is kept under another name.")
        state = RecordsState(manifest.schema, manifest.rows)
        before = _restore_records(address, folder, state, replace=replace)
        moved = [_put_back(folder / name, path) for name, path in changed.items()]
        return RestoreReport(manifest, tuple(str(kept) for kept in (before, *moved) if kept))


def _restore_records(address: URL, folder: Path, state: RecordsState, *, replace: bool) -> Path | str | None:
    if address.drivername == "sqlite":
        return restore_sqlite(Path(str(address.database)), folder, state, replace=replace)
    return restore_postgres(address, folder, state, replace=replace)


def _read_address(settings: Settings) -> URL:
    return read_url(settings.records_url.get_secret_value(), settings.data_dir)


def _name_engine(address: URL) -> Engine:
    return "sqlite" if address.drivername == "sqlite" else "postgresql"


def _list_places(settings: Settings) -> Mapping[str, Path]:
    """Names in the backup, and where each lies here."""
    return {_CORPUS: settings.corpus_dir, **{f"data/{name}": settings.data_dir / name for name in _OF_DATA}}


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _differs(held: Path, here: Path) -> bool:
    """Whether the backup holds it, and otherwise than it lies here."""
    return held.exists() and (not here.exists() or _read(held) != _read(here))


def _read(path: Path) -> object:
    return hash_files(path) if path.is_dir() else path.read_bytes()


def _put_back(held: Path, here: Path) -> Path | None:
    kept = name_kept(here) if here.exists() else None
    try:
        if kept:
            here.rename(kept)
        _copy(held, here)
        if here.is_file():
            here.chmod(0o600)
    except OSError as error:
        raise UserError(
            f"The records are restored; {str(here)!r} is not: {error.strerror}. Let this user write there, or copy it "
            "from the backup with tar."
        ) from error
    return kept


@contextmanager
def _private_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="isletbot-backup-") as name:
        yield Path(name)
