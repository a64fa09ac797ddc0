"""The threat model and the ASVS list name files and tests that exist, and leave nothing without an answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STATES = {"met", "in part", "not met", "none here"}


def find_tests() -> set[str]:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return set(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))


def read_rows(page: str, heading: str) -> list[list[str]]:
    table = (ROOT / "docs" / page).read_text("utf-8").split(heading, 1)[1].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


ASVS = read_rows("asvs.md", "V17 WebRTC.")
THREATS = read_rows("threat-model.md", "## Threats")


@pytest.mark.parametrize("row", ASVS, ids=lambda row: row[0])
def test_every_line_of_the_standard_has_a_state_and_a_reason(row: list[str]) -> None:
    line, what, state, where = row
    assert re.fullmatch(r"\d+\.\d+\.\d+(( to |, )\d+\.\d+\.\d+)*", line)
    assert what
    assert state in STATES
    assert where
    assert set(re.findall(r"`(test_\w+)`", where)) <= find_tests()


def test_each_line_of_the_standard_stands_once_and_every_chapter_that_applies_is_there() -> None:
    lines = [number for row in ASVS for number in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert sorted({number for number in lines if lines.count(number) > 1}) == []
    assert {int(number.split(".")[0]) for number in lines} == {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16}


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row[0])
def test_every_threat_is_answered_by_a_file_and_a_test(row: list[str]) -> None:
    _, answered, tested = row
    for name in re.findall(r"`([^`]+)`", answered):
        assert (ROOT / name).exists() or (ROOT / "src" / "isletbot" / name).exists(), name
    named = set(re.findall(r"`(test_\w+)`", tested))
    assert named
    assert named <= find_tests()
