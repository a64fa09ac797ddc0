"""Every hazard on the safety page names a test that exists, and the figures a program prints are dated."""

from __future__ import annotations

import re
from pathlib import Path

from isletbot.answering.triage import BARE, CONFIRMED, EARLIER, OWN_CASE
from isletbot.inference.adapter import open_adapter

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.split("## Hazard log")[1].split("\n## ")[0].splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| hazard"))
]


def test_every_hazard_has_a_control_and_names_a_test_that_exists() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    tests = set(re.findall(r"^(?:async )?def (test_\w+)", written, re.MULTILINE))
    assert len(ROWS) >= 15
    for hazard, control, named in ROWS:
        assert hazard
        assert control
        assert set(re.findall(r"`(\w+)`", named)) <= tests, named
        assert "`test_" in named


def test_the_thresholds_on_the_page_are_those_that_ship() -> None:
    urgent = open_adapter(ROOT / "training" / "models", "reader").number("urgent")
    section = " ".join(PAGE.split("## How a question is routed")[1].split("\n## ")[0].split())
    assert f"the message has {BARE} words or fewer" in section
    assert f"some danger ({CONFIRMED:.1%}) or surely somebody's own case ({OWN_CASE:.0%})".replace("%", " %") in section
    assert f"this turn and up to {EARLIER} before it" in section
    assert f"From a probability of {urgent:g} that somebody is in danger" in section


def test_the_figures_are_dated_and_name_the_programs_that_print_them() -> None:
    figures = PAGE.split("## How well it works")[1]
    assert re.search(r"\d+ \w+ 20\d\d", figures)
    assert "`isletbot eval run all`" in figures
    assert all((ROOT / program).is_file() for program in re.findall(r"`(benchmarks/\w+\.py)", figures))
