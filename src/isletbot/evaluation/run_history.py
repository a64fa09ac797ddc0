"""A folder keeps the figures of every run that was finished in it, one line a run, so that a trend can be drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from isletbot.errors import InputError
from isletbot.evaluation.jsonl import read_lines
from isletbot.evaluation.run_figures import Figure
from isletbot.evaluation.run_records import Header

HISTORY_FILE = "history.jsonl"
_MOST = 200
_REMEDY = "Move it away: the next run begins a new one."


@dataclass(frozen=True, slots=True)
class PastRun:
    began: str
    target: str
    commit: str
    figures: Mapping[str, float]


def keep_run(folder: Path, header: Header, figures: Sequence[Figure]) -> tuple[PastRun, ...]:
    """Adds the run to the history of the folder, in the place of itself when it was there, and returns all of the same
    target, the oldest first."""
    path = folder / HISTORY_FILE
    kept = read_history(path)
    values = {figure.full_name: round(figure.value, 4) for figure in figures}
    run = PastRun(header.began, header.target, header.versions.get("commit", ""), values)
    kept = (*(one for one in kept if one.began != run.began), run)[-_MOST:]
    path.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in kept), encoding="utf-8")
    return tuple(one for one in kept if one.target == run.target)


def read_history(path: Path) -> tuple[PastRun, ...]:
    """Reads the history; empty when there is none yet. Raises InputError that names the line."""
    if not path.exists():
        return ()
    runs = []
    for number, line in read_lines(path, _REMEDY):
        try:
            runs.append(PastRun(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}:{number}: no run ({error}).", remedy=_REMEDY) from error
    return tuple(runs)
