"""This module reads suites (`evals/*.jsonl`) strictly: an error names file, line, rule and remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

from isletbot.errors import InputError, Problem
from isletbot.evaluation.jsonl import read_lines
from isletbot.types import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
_FORM = "evals/README.md shows the form."
_CASE_FIELDS = frozenset({"id", "turns", "kinds", "must", "must_not", "cite", "tags", "basis", "group"})
_POISON_FIELDS = frozenset({"id", "digest", "must_refuse", "question", "must_not", "poison"})


@dataclass(frozen=True, slots=True)
class ExpectedFact:
    """A reply states the fact when any of the patterns matches its normalised text."""

    name: str
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    suite: str
    id: str
    turns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    """The allowed kinds, the expected one first."""
    must: tuple[ExpectedFact, ...] = ()
    must_not: tuple[ExpectedFact, ...] = ()
    cite: tuple[str, ...] = ()
    """The sources of which an answered reply cites at least one; empty allows any."""
    tags: tuple[str, ...] = ()
    basis: str = ""
    group: str = ""
    """The group of cases that ask the same in other words, for stability."""
    digest: str = ""
    """A poisoned document that somebody tries to add to the corpus before the question."""
    must_refuse: bool = False
    """Whether screening must reject `digest`."""


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    path: Path
    cases: tuple[Case, ...]


@dataclass(slots=True)
class _Reader:
    path: Path
    problems: list[Problem] = field(default_factory=list)

    def object_to(self, line: int, rule: str, value: object, remedy: str = _FORM) -> None:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.problems.append(Problem(str(self.path), line, rule, shown[:120], remedy))


RELEVANCE = "relevance"
"""The file of labels that lies among the suites and is none."""


def find_suites(names: Sequence[str], folder: Path) -> tuple[Path, ...]:
    """Finds suites by name: one in `folder`, the path of a file, or `all` for every suite in `folder`, in order."""
    paths: list[Path] = []
    for name in names:
        if name == "all":
            paths.extend(path for path in sorted(folder.glob("*.jsonl")) if path.stem != RELEVANCE)
        elif name.endswith(".jsonl"):
            paths.append(Path(name))
        else:
            paths.append(folder / f"{name}.jsonl")
    for path in paths:
        if not path.is_file():
            known = ", ".join(sorted(found.stem for found in folder.glob("*.jsonl"))) or "none"
            raise InputError(f"There is no suite {str(path)!r}.", remedy=f"Suites in {str(folder)!r}: {known}, all.")
    stems = [path.stem for path in dict.fromkeys(paths)]
    if doubled := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise InputError(f"Two suites are called {doubled[0]!r}.", remedy="Rename one of the files.")
    return tuple(dict.fromkeys(paths))


def read_suite(path: Path) -> Suite:
    """Reads a suite. Raises InputError with every problem of the file, one a line."""
    reader = _Reader(path)
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, row in _read_rows(reader):
        case = _read_case(reader, number, row)
        if case is None:
            continue
        if case.id in seen:
            reader.object_to(number, f"id is the same as in line {seen[case.id]}", case.id, "Give each case its own.")
        seen.setdefault(case.id, number)
        cases.append(case)
    if not cases and not reader.problems:
        reader.object_to(1, "the suite is empty", "", "Write at least one case.")
    if reader.problems:
        raise InputError("\n".join(map(str, reader.problems)))
    return Suite(path.stem, path, tuple(cases))


def _read_rows(reader: _Reader) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in read_lines(reader.path, _FORM):
        try:
            row = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            reader.object_to(
                number, f"not JSON ({error})", line.decode("utf-8", "replace").strip(), "Write one object."
            )
            continue
        if not isinstance(row, dict):
            reader.object_to(number, "not an object", row)
            continue
        yield number, row


def _read_case(reader: _Reader, line: int, row: Mapping[str, object]) -> Case | None:
    poisoned = "digest" in row
    before = len(reader.problems)
    for name in sorted(row.keys() - (_POISON_FIELDS if poisoned else _CASE_FIELDS)):
        reader.object_to(line, "unknown field", name, f"Remove or rename it. {_FORM}")
    case_id = row.get("id")
    if not isinstance(case_id, str) or not case_id.strip():
        reader.object_to(line, "id must be a text", case_id)
    case = _read_poisoned(reader, line, row) if poisoned else _read_question(reader, line, row)
    return case if len(reader.problems) == before else None


def _read_question(reader: _Reader, line: int, row: Mapping[str, object]) -> Case:
    turns = _read_texts(reader, line, row, "turns")
    if not turns:
        reader.object_to(line, "turns must hold at least one question", row.get("turns"))
    kinds = _read_texts(reader, line, row, "kinds")
    for kind in kinds:
        if kind not in KINDS:
            reader.object_to(line, "unknown kind", kind, f"Kinds are {', '.join(KINDS)}.")
    if not kinds:
        reader.object_to(line, "kinds must hold at least one kind", row.get("kinds"))
    return Case(
        suite=reader.path.stem,
        id=str(row.get("id")),
        turns=turns,
        kinds=cast("tuple[Kind, ...]", kinds),
        must=_read_facts(reader, line, row, "must", "fact"),
        must_not=_read_facts(reader, line, row, "must_not", "error"),
        cite=_read_texts(reader, line, row, "cite"),
        tags=_read_texts(reader, line, row, "tags"),
        basis=_read_text(reader, line, row, "basis"),
        group=_read_text(reader, line, row, "group"),
    )


def _read_poisoned(reader: _Reader, line: int, row: Mapping[str, object]) -> Case:
    digest, question = _read_text(reader, line, row, "digest"), _read_text(reader, line, row, "question")
    if not digest.strip():
        reader.object_to(line, "digest must be a text", row.get("digest"))
    if not question.strip():
        reader.object_to(line, "question must be a text", row.get("question"))
    must_refuse = row.get("must_refuse")
    if not isinstance(must_refuse, bool):
        reader.object_to(line, "must_refuse must be true or false", must_refuse)
    return Case(
        suite=reader.path.stem,
        id=str(row.get("id")),
        turns=(question,),
        kinds=KINDS,
        must_not=_read_patterns(reader, line, row, "must_not"),
        basis=_read_text(reader, line, row, "poison"),
        digest=digest,
        must_refuse=must_refuse is True,
    )


def _read_text(reader: _Reader, line: int, row: Mapping[str, object], name: str) -> str:
    value = row.get(name, "")
    if isinstance(value, str):
        return value
    reader.object_to(line, f"{name} must be a text", value)
    return ""


def _read_texts(reader: _Reader, line: int, row: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
        return tuple(value)
    reader.object_to(line, f"{name} must be a list of texts", value)
    return ()


def _read_facts(
    reader: _Reader, line: int, row: Mapping[str, object], name: str, label: str
) -> tuple[ExpectedFact, ...]:
    value = row.get(name, [])
    if not isinstance(value, list):
        reader.object_to(line, f"{name} must be a list", value)
        return ()
    return tuple(fact for item in value if (fact := _read_fact(reader, line, item, name, label)) is not None)


def _read_fact(reader: _Reader, line: int, item: object, name: str, label: str) -> ExpectedFact | None:
    patterns = item.get("any") if isinstance(item, dict) else None
    sound = isinstance(item, dict) and item.keys() == {label, "any"} and isinstance(item[label], str)
    if not sound or not isinstance(patterns, list) or not patterns or not all(isinstance(p, str) for p in patterns):
        reader.object_to(line, f'each of {name} must be {{"{label}": "…", "any": ["regex", …]}}', item)
        return None
    compiled = (_compile_pattern(reader, line, pattern) for pattern in patterns)
    return ExpectedFact(
        cast("dict[str, str]", item)[label], tuple(pattern for pattern in compiled if pattern is not None)
    )


def _read_patterns(reader: _Reader, line: int, row: Mapping[str, object], name: str) -> tuple[ExpectedFact, ...]:
    """Reads patterns without a name, each an error of its own."""
    found = ((text, _compile_pattern(reader, line, text)) for text in _read_texts(reader, line, row, name))
    return tuple(ExpectedFact(text, (pattern,)) for text, pattern in found if pattern is not None)


def _compile_pattern(reader: _Reader, line: int, pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        reader.object_to(line, f"the regex does not compile ({error})", pattern, "Mend it: Python's re.")
        return None
