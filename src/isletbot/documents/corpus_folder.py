"""Where drafts and originals lie in a corpus folder, and how they are written: whole or not at all.

corpus/<id>.md                          what is served, once its status is approved
corpus/drafts/<id>.md                   a new source or a new version, until a person approves it
corpus/drafts/<id>.json                 who wrote the draft, and which of its findings were accepted
corpus/originals/<id>/<sha256>.<ext>    the bytes of each version, and beside them a JSON record of how it was read
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from isletbot.documents.parsed import Place, ReadingNote
from isletbot.errors import UserError
from isletbot.ingestion.fields import parse_card
from isletbot.ingestion.read import NOT_DIGESTS

_LOCK = ".lock"
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class OriginalRecord:
    """How one version of an original was read."""

    sha256: str
    media_type: str
    origin: str
    """A path or an address."""
    added: str
    notes: tuple[ReadingNote, ...] = ()
    statements: Mapping[str, str] = field(default_factory=dict)
    """The original's own words, by the anchor that the draft gave them."""
    draft: str = ""
    """SHA-256 of the draft as it was written, to tell one that somebody has edited."""
    etag: str = ""
    last_modified: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class CorpusFolder:
    path: Path

    def served(self, source_id: str) -> Path:
        return self.path / f"{source_id}.md"

    def draft(self, source_id: str) -> Path:
        return self.path / "drafts" / f"{source_id}.md"

    def notes(self, source_id: str) -> Path:
        return self.path / "drafts" / f"{source_id}.json"

    def list_drafts(self) -> tuple[str, ...]:
        return tuple(path.stem for path in sorted((self.path / "drafts").glob("*.md")))

    def list_served(self) -> tuple[str, ...]:
        return tuple(path.stem for path in sorted(self.path.glob("*.md")) if path.name not in NOT_DIGESTS)

    def original(self, source_id: str, name: str) -> Path:
        return self.path / "originals" / source_id / name

    def read_record(self, source_id: str, sha256: str) -> OriginalRecord | None:
        path = self.original(source_id, f"{sha256}.json")
        try:
            stored = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise UserError(f"{str(path)!r} cannot be read ({error}). Remove it and add the document again.") from error
        places = [Place(note["place"]["page"], tuple(note["place"]["path"])) for note in stored["notes"]]
        notes = [
            ReadingNote(note["oddity"], note["text"], place)
            for note, place in zip(stored["notes"], places, strict=True)
        ]
        return OriginalRecord(**{**stored, "notes": tuple(notes)})

    def find_latest(self, source_id: str) -> OriginalRecord | None:
        """How the original of the draft, or else of what serves, was read; None for a digest written by hand."""
        draft, served = self.draft(source_id), self.served(source_id)
        latest = draft if draft.is_file() else served
        sha256 = read_fields(latest).get("original", "").removeprefix("sha256:") if latest.is_file() else ""
        return self.read_record(source_id, sha256) if sha256 else None

    def find_holder(self, sha256: str) -> str:
        """The source whose draft, or else whose served file, was made of these bytes; empty when there is none."""
        records = sorted((self.path / "originals").glob(f"*/{sha256}.json"))
        for source_id in (record.parent.name for record in records):
            draft, served = self.draft(source_id), self.served(source_id)
            latest = draft if draft.is_file() else served
            if latest.is_file() and read_fields(latest).get("original") == f"sha256:{sha256}":
                return source_id
        return ""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One change at a time, of any process. Raises UserError for a folder that cannot be written."""
        with name_failure(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK, timeout=_PATIENCE_SECONDS)
            try:
                lock.acquire()
            except Timeout:
                raise UserError(
                    f"Another command has been changing {str(self.path)!r} for {_PATIENCE_SECONDS:.0f} s. "
                    "Wait until it has ended, then try again."
                ) from None
        try:
            yield
        finally:
            lock.release()


@contextmanager
def name_failure(path: Path) -> Iterator[None]:
    """An error of the disk as one that says what to do."""
    try:
        yield
    except OSError as error:
        told = error.strerror or str(error)
        raise UserError(
            f"{str(path)!r} cannot be written: {told}. Nothing was changed. Make room or let this user write there, or "
            "name another folder with --into."
        ) from error


def write_all(files: Mapping[Path, bytes]) -> None:
    """All of these files, or none of them when one fails; the last one is what makes the others count."""
    made: list[Path] = []
    staged: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged[path] = path.with_name(f".{path.name}.{uuid4().hex}")
            with staged[path].open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for path, temporary in staged.items():
            new = not path.exists()
            temporary.replace(path)
            if new:
                made.append(path)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    finally:
        for temporary in staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def record_to_json(record: OriginalRecord) -> bytes:
    return (json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def read_fields(path: Path) -> dict[str, str]:
    """The front matter of a digest, whatever its state; empty where it cannot be read."""
    text = path.read_bytes().decode("utf-8", "replace")
    parts = text.split("\n---", 1)
    if not text.startswith("---\n") or len(parts) < 2:
        return {}
    return {name: one.text for name, one in parse_card(path.name, parts[0][4:], 2).fields.items()}
