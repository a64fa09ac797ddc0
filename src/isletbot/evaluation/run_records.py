"""A run's record is a JSON Lines file, a header and then a line a case. It is written case by case and read back to
resume."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from isletbot.errors import InputError
from isletbot.evaluation.cases import Suite
from isletbot.evaluation.grading import Failing, Grade
from isletbot.evaluation.grounding import Grounding, Ratio

FORMAT = 1
RECORDS_FILE = "records.jsonl"


@dataclass(frozen=True, slots=True)
class Header:
    target: str
    versions: Mapping[str, str]
    suites: Mapping[str, str]
    """The SHA-256 of each suite's file, by name."""
    repeat: int
    began: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def same_run(self, other: Header) -> bool:
        """Tells whether one file may hold records of both: everything but the time is the same."""
        return (self.target, self.versions, self.suites, self.repeat) == (
            other.target,
            other.versions,
            other.suites,
            other.repeat,
        )


@dataclass(frozen=True, slots=True)
class Record:
    suite: str
    id: str
    repeat: int
    """0 for the first time that the case was put."""
    turns: tuple[str, ...]
    expected: tuple[str, ...]
    tags: tuple[str, ...]
    group: str
    grade: Grade
    reply: Mapping[str, Any] | None
    milliseconds: float
    trace: Mapping[str, Any]
    trouble: str = ""

    @property
    def place(self) -> tuple[str, str, int]:
        return self.suite, self.id, self.repeat

    @property
    def passed(self) -> bool:
        return self.grade.outcome == "pass"

    @property
    def reasons(self) -> tuple[str, ...]:
        """Lists why it did not pass: each failing rule with its detail."""
        return tuple(f"{one.rule}: {one.detail}" for one in self.grade.failing)

    @property
    def kind(self) -> str:
        return str(self.reply.get("kind")) if self.reply is not None else "none"


@dataclass(frozen=True, slots=True)
class Run:
    header: Header
    records: tuple[Record, ...]


def digest_suites(suites: Sequence[Suite]) -> Mapping[str, str]:
    return {suite.name: hashlib.sha256(suite.path.read_bytes()).hexdigest()[:16] for suite in suites}


def write_header(file: IO[str], header: Header) -> None:
    _write_line(file, {"isletbot_eval": FORMAT, **asdict(header)})


def write_record(file: IO[str], record: Record) -> None:
    _write_line(file, asdict(record))


def _write_line(file: IO[str], row: Mapping[str, Any]) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")
    file.flush()


def find_records(path: Path) -> Path:
    return path / RECORDS_FILE if path.is_dir() else path


def read_run(path: Path) -> Run:
    """Reads a whole or an interrupted run and drops half a last line. Raises InputError that names the line."""
    try:
        lines = find_records(path).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        remedy = "Name a folder that `isletbot eval run` has written."
        raise InputError(f"{str(path)!r} cannot be read: {error.strerror}.", remedy=remedy) from error
    whole = lines[:-1]
    rows = [_read_row(path, number, line) for number, line in enumerate(whole, 1)]
    if not rows or rows[0].pop("isletbot_eval", None) != FORMAT:
        raise InputError(f"{str(path)!r} holds no run of format {FORMAT}.", remedy="Make one: isletbot eval run.")
    try:
        return Run(Header(**rows[0]), tuple(map(_read_record, rows[1:])))
    except (KeyError, TypeError) as error:
        raise InputError(f"{str(path)!r} is not as it was written ({error}).", remedy="Run it anew.") from error


def _read_row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{path}:{number}: not JSON ({error}).", remedy="Run it anew.") from error
    if not isinstance(row, dict):
        raise InputError(f"{path}:{number}: not an object.", remedy="Run it anew.")
    return row


def _read_record(row: dict[str, Any]) -> Record:
    grade = row["grade"]
    ratios = {name: value for name, value in grade["grounding"].items() if name != "problems"}
    grounding = Grounding(
        **{name: Ratio(**ratio) for name, ratio in ratios.items()},
        problems=tuple((rule, detail) for rule, detail in grade["grounding"]["problems"]),
    )
    failing = tuple(Failing(**one) for one in grade["failing"])
    return Record(
        **{
            **row,
            "turns": tuple(row["turns"]),
            "expected": tuple(row["expected"]),
            "tags": tuple(row["tags"]),
            "grade": Grade(grade["outcome"], failing, tuple(grade["facts"]), grade["errors"], grounding),
        }
    )
