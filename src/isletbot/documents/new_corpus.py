"""Lays down the folder of a new corpus: one example of each thing to write, with a remark on each line. Nothing of it
is served before somebody approves it."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

from isletbot.errors import InputError
from isletbot.ingestion.split import passage_key

_SKELETON, _SOURCE = "skeleton", "first-source"


def write_skeleton(folder: Path, title: str, today: date) -> Path:
    """Writes the whole folder or nothing. Raises InputError where something lies there already."""
    if folder.exists():
        raise InputError(
            f"{str(folder)!r} is there already.", remedy="Choose another name or --into, or remove it first."
        )
    said = _make_texts(_check_title(title), today)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as building, as_file(_find_skeleton()) as skeleton:
            made = Path(building) / folder.name
            shutil.copytree(skeleton, made)
            for path in (path for path in made.rglob("*") if path.is_file()):
                path.write_text(_fill(path.read_text(encoding="utf-8"), said), encoding="utf-8")
            made.rename(folder)
    except OSError as error:
        raise InputError(
            f"{str(folder)!r} cannot be written: {error.strerror}.", remedy="Choose another --into."
        ) from error
    return folder


def _make_texts(title: str, today: date) -> dict[str, str]:
    """Returns what stands in the place of each word in capitals."""
    statement = f"The source says one thing about {title}, in one plain sentence."
    return {
        "TITLE": title,
        "TODAY": today.isoformat(),
        "NEXT_YEAR": _add_year(today).isoformat(),
        "STATEMENT": statement,
        "KEY": passage_key(_SOURCE, statement),
    }


def _find_skeleton() -> Path:
    return files("isletbot.documents") / _SKELETON  # type: ignore[return-value]


def _check_title(title: str) -> str:
    """The title stands inside quotes, braces and lists of the files."""
    plain = " ".join(title.split())
    if not plain or len(plain) > 80 or not all(letter.isalnum() or letter in " -'’" for letter in plain):
        raise InputError(
            f"The title {title[:90]!r} is not plain: letters, digits, spaces, dashes, at most 80.",
            remedy="Write it as it reads after `about`: `kidney stones`.",
        )
    return plain


def _fill(text: str, said: dict[str, str]) -> str:
    for name, value in said.items():
        text = text.replace(name, value)
    return text


def _add_year(today: date) -> date:
    return today.replace(year=today.year + 1, day=min(today.day, 28))
