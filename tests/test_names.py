"""A public class name has one meaning, and a file name says what is in the file without its folder."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "isletbot"
CLASSES_NAMED_ALIKE = {"Bot", "Line"}
"""Public class names that two files still share. A name is only ever taken off."""
FILES_NAMED_ALIKE = {
    "answers.py",
    "chat.py",
    "console.py",
    "corpus.py",
    "glossary.py",
    "queue.py",
    "relevance.py",
    "rules.py",
    "serving.py",
    "sources.py",
    "staff.py",
    "staff_answers.py",
    "train.py",
}
"""File names that two rooms still share. A name is only ever taken off."""


def find_shared(places_by_name: dict[str, set[str]]) -> set[str]:
    return {name for name, places in places_by_name.items() if len(places) > 1}


def test_a_public_class_name_is_used_once() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(path.relative_to(PACKAGE).as_posix())
    shared = find_shared(places)
    assert shared - CLASSES_NAMED_ALIKE == set(), "name the second one by what is different about it"
    assert CLASSES_NAMED_ALIKE - shared == set(), "no two files share these any more: take them off the list"


def test_a_file_name_is_used_in_one_room() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        rooms[path.name].add(path.relative_to(PACKAGE).parts[0] if path.parent != PACKAGE else "")
    shared = find_shared(rooms) - {"__init__.py"}
    assert shared - FILES_NAMED_ALIKE == set(), "name the second one by what is different about it"
    assert FILES_NAMED_ALIKE - shared == set(), "no two rooms share these any more: take them off the list"
