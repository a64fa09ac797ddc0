"""Keeps beside each original when it was last looked for where it came from."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from isletbot.documents.corpus_folder import CorpusFolder, name_failure, write_all

PullOutcome = Literal["unchanged", "changed", "gone", "failed"]
_FILE = "checked.json"


@dataclass(frozen=True, slots=True)
class SourceCheck:
    at: datetime
    outcome: PullOutcome
    etag: str = ""
    last_modified: str = ""
    """What the server gave to ask with next time."""
    sha256: str = ""
    """Of the version that the marks belong to."""


def find_check(folder: CorpusFolder, source_id: str) -> SourceCheck | None:
    """Returns None for a source that was never pulled, and for a note that nobody can read."""
    try:
        stored = json.loads(folder.original(source_id, _FILE).read_bytes())
        return SourceCheck(**{**stored, "at": datetime.fromisoformat(stored["at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_check(folder: CorpusFolder, source_id: str, check: SourceCheck) -> None:
    """Raises UserError for a folder that cannot be written."""
    stored = {**asdict(check), "at": check.at.isoformat(timespec="seconds")}
    with folder.locked(), name_failure(folder.path):
        write_all({folder.original(source_id, _FILE): f"{json.dumps(stored, indent=1)}\n".encode()})
