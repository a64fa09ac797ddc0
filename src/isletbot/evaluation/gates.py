"""This module reads thresholds and baselines as data and lists what fell short of them. It measures nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from isletbot.errors import InputError
from isletbot.evaluation.run_figures import DEFINITIONS, LOWER_IS_BETTER, Figure
from isletbot.evaluation.run_records import Record, Run

_FIELDS = frozenset({"figure", "at_least", "at_most", "goal", "why"})
_PARTS = frozenset({"margin", "gates", "blind"})
_NEAR = 1e-9
_HELD = frozenset(
    {"pass_rate", "fact_recall", "contradiction_rate", "false_alarm_rate", "red_flag_recall", "stability"}
)
_FORM = (
    "A gate is {figure: SUITE.NAME, goal: X, at_least: X or at_most: X, why: …}; evals/README.md lists the names, and "
    "`blind` says of each blind suite how it was written and asked."
)


@dataclass(frozen=True, slots=True)
class Gate:
    figure: str
    limit: float
    at_least: bool
    """False when the limit is the most that the figure may be."""
    why: str
    goal: float
    """What the figure is to reach; the limit is the floor on the way there."""

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Thresholds:
    gates: tuple[Gate, ...]
    margin: float
    """The amount by which a figure may fall behind the baseline."""
    blind: Mapping[str, str]
    """The suites that nothing was chosen on, by name, with how they were written and asked."""


@dataclass(frozen=True, slots=True)
class Baseline:
    made: str
    why: str
    versions: Mapping[str, str]
    figures: Mapping[str, float]
    failing: Mapping[str, tuple[str, ...]]
    """The cases that did not pass, by suite."""


@dataclass(frozen=True, slots=True)
class GateCheck:
    """The result of a gate or a baseline on a run."""

    figure: str
    value: float | None
    """None when the figure was not measured, which never holds."""
    limit: float
    at_least: bool
    holds: bool
    why: str
    goal: float | None = None
    """What the figure is to reach; None for a baseline, which is a floor and no goal."""

    @property
    def short_of_goal(self) -> float:
        """Returns how far the figure is from its goal; 0 when it has reached it."""
        if self.goal is None or self.value is None:
            return 0.0
        return max(self.goal - self.value if self.at_least else self.value - self.goal, 0.0)

    @property
    def distance(self) -> str:
        """Says for people how far the figure is from its goal."""
        if self.goal is None:
            return "no goal: a floor"
        if self.value is None:
            return f"goal {self.goal:.4g}, not measured"
        if self.short_of_goal <= _NEAR:
            return f"goal {self.goal:.4g} reached"
        return f"goal {self.goal:.4g}, {self.short_of_goal:.2g} away"


def read_thresholds(path: Path) -> Thresholds:
    """Reads the thresholds. Raises InputError with the wrong gate. It refuses a limit of 0, which would let everything
    through, or ask for what no interval can show."""
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {error}.", remedy=_FORM) from error
    if not isinstance(value, dict) or value.keys() - _PARTS or not isinstance(value.get("gates"), list):
        raise InputError(f"{str(path)!r} must hold `margin` and a list `gates`, and may hold `blind`.", remedy=_FORM)
    margin, blind = value.get("margin"), value.get("blind", {})
    if not isinstance(blind, dict) or not all(isinstance(why, str) and why.strip() for why in blind.values()):
        raise InputError(f"{path}: blind is {blind!r}, not suites with a sentence each.", remedy=_FORM)
    if not _is_number(margin) or not 0 <= margin <= 0.2:
        raise InputError(f"{path}: margin is {margin!r}, not a number from 0 to 0.2.", remedy=_FORM)
    gates = tuple(_read_gate(path, number, row) for number, row in enumerate(value["gates"], 1))
    return Thresholds(gates, float(margin), {str(name): why.strip() for name, why in blind.items()})


def _read_gate(path: Path, number: int, row: object) -> Gate:
    where = f"{path}: gate {number}"
    if not isinstance(row, dict) or row.keys() - _FIELDS or "figure" not in row or not row.get("why"):
        raise InputError(f"{where} is {row!r}.", remedy=_FORM)
    limits = [name for name in ("at_least", "at_most") if name in row]
    figure = row["figure"]
    if len(limits) != 1 or not isinstance(figure, str):
        raise InputError(f"{where} must have one of at_least and at_most.", remedy=_FORM)
    if figure.partition(".")[2] not in DEFINITIONS:
        raise InputError(f"{where}: there is no figure {figure!r}.", remedy=_FORM)
    limit = row[limits[0]]
    if not _is_number(limit) or limit <= 0:
        remedy = "Give a limit above 0: every figure is at least 0, so that gate would guard nothing."
        raise InputError(f"{where} ({figure}): {limits[0]} is {limit!r}.", remedy=remedy)
    at_least, goal = limits[0] == "at_least", row.get("goal", limit)
    if not _is_number(goal) or (goal < limit if at_least else goal > limit):
        raise InputError(f"{where} ({figure}): the goal is {goal!r}.", remedy="Give a goal at or beyond the limit.")
    return Gate(figure, float(limit), at_least, str(row["why"]), float(goal))


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_gates(thresholds: Thresholds, figures: Sequence[Figure], suites: Sequence[str]) -> tuple[GateCheck, ...]:
    """Checks the gates of the suites that ran. One whose figure could not be measured does not hold, unless it covers
    all suites: a run of one suite need not measure the others. Lost replies fall short of `all.graded`."""
    values = {figure.full_name: figure.value for figure in figures}
    checks = []
    for gate in thresholds.gates:
        suite, value = gate.figure.partition(".")[0], values.get(gate.figure)
        if suite not in (*suites, "all") or (suite == "all" and value is None):
            continue
        holds = value is not None and gate.holds(value)
        checks.append(GateCheck(gate.figure, value, gate.limit, gate.at_least, holds, gate.why, gate.goal))
    return tuple(checks)


def check_baseline(baseline: Baseline, margin: float, figures: Sequence[Figure]) -> tuple[GateCheck, ...]:
    """Checks that no share falls behind the baseline by more than the margin. It skips times, since machines differ."""
    checks = []
    for figure in figures:
        before = baseline.figures.get(figure.full_name)
        if before is None:
            continue
        at_least = figure.name not in LOWER_IS_BETTER
        limit = before - margin if at_least else before + margin
        holds = figure.value >= limit - 1e-12 if at_least else figure.value <= limit + 1e-12
        checks.append(GateCheck(figure.full_name, figure.value, limit, at_least, holds, f"baseline of {baseline.made}"))
    return tuple(checks)


def make_baseline(run: Run, figures: Sequence[Figure], why: str) -> Baseline:
    failing: dict[str, list[str]] = {}
    for record in run.records:
        if not record.passed and record.repeat == 0:
            failing.setdefault(record.suite, []).append(record.id)
    return Baseline(
        made=date.today().isoformat(),
        why=why,
        versions=dict(run.header.versions),
        figures={figure.full_name: round(figure.value, 4) for figure in figures if is_held(figure)},
        failing={suite: tuple(ids) for suite, ids in failing.items()},
    )


def is_held(figure: Figure) -> bool:
    """Tells whether a baseline stores the figure: a few shares of single suites, and no times, which depend on the
    machine."""
    return figure.name in _HELD and figure.suite != "all"


def find_new_failures(baseline: Baseline, records: Sequence[Record]) -> tuple[Record, ...]:
    known = {(suite, case) for suite, cases in baseline.failing.items() for case in cases}
    return tuple(r for r in records if not r.passed and (r.suite, r.id) not in known)


def read_baseline(path: Path) -> Baseline | None:
    """Reads the baseline; None when there is none yet. Raises InputError for a changed file."""
    if not path.exists():
        return None
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        failing = {suite: tuple(cases) for suite, cases in row["failing"].items()}
        return Baseline(**{**row, "failing": failing})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = 'Make it anew: isletbot eval run all --update-baseline "why".'
        raise InputError(f"{str(path)!r} is no baseline ({error}).", remedy=remedy) from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {
        "made": baseline.made,
        "why": baseline.why,
        "versions": dict(baseline.versions),
        "figures": dict(sorted(baseline.figures.items())),
        "failing": {suite: list(cases) for suite, cases in sorted(baseline.failing.items())},
    }
    path.write_text(json.dumps(row, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def tabulate_checks(checks: Sequence[GateCheck]) -> str:
    """Writes a line for each check: figure, value, limit."""
    lines = []
    for check in checks:
        value = "not measured" if check.value is None else f"{check.value:.4g}"
        sign = ">=" if check.at_least else "<="
        limit = f"{sign} {check.limit:.4g}"
        lines.append(f"{'ok   ' if check.holds else 'SHORT'} {check.figure:42} {value:>12} {limit:10} {check.distance}")
    return "\n".join(lines)
