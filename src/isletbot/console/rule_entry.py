"""One rule of a file as a form shows it, and the text of the file with what the form says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from isletbot.answering.red_flags.rules import PHRASES, YAML_LOADER
from isletbot.errors import InputError

LISTS = ("match", "not", *PHRASES)
"""The fields of a form that hold one text a line."""
_ORDER = ("id", "means", "say", "certain", *LISTS, "choices")
_WIDTH = 110
_VERSION = re.compile(r"^version: *(?P<quote>[\"']?)(?P<name>[^\"'\n#]*?)(?P=quote) *$", re.MULTILINE)
_COUNTED = re.compile(r"^(?P<release>.*)\.(?P<number>\d+)$")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    id: str
    means: str
    certain: bool
    lists: Mapping[str, tuple[str, ...]]
    """The texts of each field of `LISTS`."""


class _Indented(yaml.SafeDumper):  # type: ignore[misc]
    """Writes the items of a list further in than its name."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def cut_rule(text: str, rule: str) -> str:
    """Returns the lines of one rule as they stand in the text of a file; empty when it does not hold the rule."""
    found = _find(text, rule)
    return found[0] if found else ""


def read_entry(text: str, rule: str) -> RuleEntry:
    """Reads one rule of a file. Raises InputError."""
    data = _load(text, rule)
    lists = {name: tuple(data.get(name) or ()) for name in LISTS}
    if any(not isinstance(each, str) for texts in lists.values() for each in texts):
        raise InputError(f"{rule} holds a regular expression.", remedy="Change the text of its file instead.")
    return RuleEntry(rule, str(data.get("means", "")), bool(data.get("certain", True)), lists)


def put_entry(text: str, entry: RuleEntry) -> str:
    """Returns the text of the file with this rule in the place of the old one, and with a new version."""
    data = _load(text, entry.id)
    data |= {"means": entry.means, **{name: list(texts) for name, texts in entry.lists.items()}}
    data["certain"] = entry.certain
    kept = {name: data[name] for name in _ORDER if data.get(name) not in (None, [], "", True)}
    block = yaml.dump([kept], Dumper=_Indented, allow_unicode=True, sort_keys=False, width=_WIDTH)
    found = _find(text, entry.id)
    assert found is not None, "it was read from there"
    indented = "".join(f"{found['indent']}{line}" for line in block.splitlines(keepends=True))
    return raise_version(text[: found.start()] + indented + text[found.end() :])


def raise_version(text: str) -> str:
    """Counts the clinic's changes behind the version of the release: 2, 2.1, 2.2."""

    def count(found: re.Match[str]) -> str:
        counted = _COUNTED.match(found["name"])
        release, number = (counted["release"], int(counted["number"])) if counted else (found["name"], 0)
        return f'version: "{release}.{number + 1}"'

    return _VERSION.sub(count, text, count=1)


def split_lines(text: str) -> Sequence[str]:
    """Returns the lines of a text area that hold anything."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _find(text: str, rule: str) -> re.Match[str] | None:
    pattern = rf"^(?P<indent> *)- id: {re.escape(rule)} *\n(?:(?P=indent)  .*\n|\n)*"
    return re.search(pattern, text, re.MULTILINE)


def _load(text: str, rule: str) -> dict[str, Any]:
    block = cut_rule(text, rule)
    data = yaml.load(block, Loader=YAML_LOADER) if block else None
    if not data:
        raise InputError(
            f"There is no rule {rule[:64]!r} in this file.", remedy="Choose one from the page of the file."
        )
    return dict(data[0])
