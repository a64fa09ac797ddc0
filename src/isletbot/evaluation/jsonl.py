"""This module reads lines, rows and fields of JSON Lines, and names the file and line of what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from isletbot.errors import InputError

JsonRow = Mapping[str, object]


def read_lines(path: Path, remedy: str) -> Iterator[tuple[int, bytes]]:
    """Yields every line that is not blank, with its number. Raises InputError when the file cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read: {error.strerror}.", remedy=remedy) from error
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):  # U+2028 ends no line of JSON
        if line.strip():
            yield number, line


def read_rows(path: Path, form: str) -> Iterator[tuple[str, JsonRow]]:
    """Yields each row with its `file:line`. Raises InputError, also for a file without a row."""
    empty = True
    seen: dict[object, str] = {}
    for number, line in read_lines(path, form):
        where = f"{path}:{number}"
        try:
            row = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"{where}: not JSON ({error}).", remedy=form) from error
        if not isinstance(row, dict):
            raise InputError(f"{where}: not an object.", remedy=form)
        if isinstance(row.get("id"), str) and row["id"] in seen:
            raise InputError(f"{where}: the id {row['id']!r} is that of {seen[row['id']]} too.", remedy=form)
        seen[row["id"] if isinstance(row.get("id"), str) else number] = where
        empty = False
        yield where, row
    if empty:
        raise InputError(f"{str(path)!r} is empty.", remedy=form)


def read_text_field(where: str, row: JsonRow, name: str, form: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {name} is {value!r:.60}, not a text.", remedy=form)
    return value


def read_texts_field(where: str, row: JsonRow, name: str, form: str) -> tuple[str, ...]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{where}: {name} is {value!r:.60}, not a list of texts.", remedy=form)
    return tuple(value)


def read_flag(where: str, row: JsonRow, name: str, meanings: Mapping[object, bool], form: str) -> bool | None:
    """Reads a flag; None when the row does not have it."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str | bool) or value not in meanings:
        allowed = " or ".join(json.dumps(meaning) for meaning in meanings)
        raise InputError(f"{where}: {name} is {value!r:.60}, not {allowed}.", remedy=form)
    return meanings[value]
