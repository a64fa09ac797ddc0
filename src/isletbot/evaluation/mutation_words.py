"""Reads `mutations.yaml` beside the suites of a topic: what a wrong reply gets wrong about it and about no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from isletbot.errors import InputError

MUTATIONS_FILE = "mutations.yaml"
SWAPPED = ("unit", "group", "comparator", "source", "word")
"""The kinds of words that are swapped."""
_LISTS = ("names", "strangers", "scopes", "claims")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class MutationWords:
    """Each beside those that hold for any topic."""

    names: tuple[str, ...] = ()
    """Names that no capital shows."""
    strangers: tuple[str, ...] = ()
    """Names to put in the place of a right one."""
    scopes: tuple[str, ...] = ()
    """Regular expressions of words that limit a statement."""
    claims: tuple[str, ...] = ()
    """Ends of a sentence that claim what no source says."""
    swaps: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """A kind of SWAPPED to words and what stands in their place."""


def read_mutation_words(evals: Path) -> MutationWords:
    """Reads the file in this folder; a topic without one has no words of its own. Raises InputError."""
    path = evals / MUTATIONS_FILE
    if not path.is_file():
        return MutationWords()
    try:
        read = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no YAML ({error}).", remedy="Write it like evals/mutations.yaml.") from error
    if not isinstance(read, dict) or (unknown := read.keys() - {*_LISTS, "swaps"}):
        found = min(unknown, key=str) if isinstance(read, dict) else type(read).__name__
        raise _name_fault(path, found, f"a mapping of {', '.join(_LISTS)} and swaps")
    lists = {name: _read_list(path, name, read.get(name)) for name in _LISTS}
    for scope in lists["scopes"]:
        _check_pattern(path, scope)
    return MutationWords(**lists, swaps=_read_swaps(path, read.get("swaps")))


def _read_list(path: Path, name: str, given: Any) -> tuple[str, ...]:
    given = [] if given is None else given
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        raise _name_fault(path, f"{name}: {given!r}", "a list of texts")
    return tuple(given)


def _read_swaps(path: Path, given: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    given = {} if given is None else given
    if not isinstance(given, dict) or not given.keys() <= set(SWAPPED):
        raise _name_fault(path, f"swaps: {given!r}", f"a mapping of {', '.join(SWAPPED)}")
    swaps = {}
    for kind, pairs in given.items():
        read = [_read_list(path, kind, pair) for pair in pairs or ()]
        if odd := next((pair for pair in read if len(pair) != _PAIR), None):
            raise _name_fault(path, f"{kind}: {list(odd)!r}", "two texts: the word, and what stands in its place")
        swaps[kind] = tuple((pair[0], pair[1]) for pair in read)
    return swaps


def _check_pattern(path: Path, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise _name_fault(path, f"scopes: {pattern!r}", f"a regular expression ({error})") from error


def _name_fault(path: Path, found: str, rule: str) -> InputError:
    return InputError(f"{path} has {found}: it must be {rule}.", remedy="Write it like evals/mutations.yaml.")
