"""What a chat model is worth: the same cases put with and without it, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from isletbot.evaluation.cases import Suite
from isletbot.evaluation.grounding import SourceTexts
from isletbot.evaluation.intervals import wilson_interval
from isletbot.evaluation.run import Tick, put_case
from isletbot.evaluation.run_records import Record
from isletbot.evaluation.targets import Target

PARTS = ("not asked", "went out", "raised", "refused", "failed")
"""What may become of what a model writes."""
_STARTS = {"not asked": "not asked", "proposes": "raised", "refused": "refused"}
_UNVERIFIED = frozenset({"integrity", "quote", "number"})
"""Rules of grading that a sentence breaks which no source stands behind."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One case, without the model and with it."""

    without: Record
    given: Record
    """With the model."""

    @property
    def reason(self) -> str:
        """What the model's composer noted; empty when what it wrote went out."""
        noted = [str(why) for composer, why in self.given.trace.get("drafts", ()) if composer == "model"]
        return noted[-1] if noted else "not asked: the line did not come to it"

    @property
    def part(self) -> str:
        """One of PARTS."""
        if not self.reason:
            return "went out"
        return next((part for start, part in _STARTS.items() if self.reason.startswith(start)), "failed")

    @property
    def unverified(self) -> int:
        """Findings of the grader against what the reply with the model says and cites."""
        return sum(one.rule in _UNVERIFIED for one in self.given.grade.failing)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of all calls of the model together."""

    calls: int
    seconds: float
    sent: int
    """Tokens."""
    written: int


@dataclass(frozen=True, slots=True)
class ModelTrial:
    pairs: tuple[Pair, ...]
    cost: Cost


def put_pairs(
    suites: Sequence[Suite], without: Target, given: Target, sources: SourceTexts, limit: int, tick: Tick
) -> Iterator[Pair]:
    """The first `limit` cases of each suite, all of them when it is 0."""
    chosen = [case for suite in suites for case in suite.cases[: limit or None]]
    for number, case in enumerate(chosen, 1):
        yield Pair(put_case(case, 0, without, sources), put_case(case, 0, given, sources))
        tick(number, len(chosen), case.suite)


def trial_to_json(trial: ModelTrial) -> Mapping[str, object]:
    pairs, asked = trial.pairs, [pair for pair in trial.pairs if pair.part != "not asked"]
    gained = [_name(pair) for pair in pairs if pair.given.passed and not pair.without.passed]
    lost = [_name(pair) for pair in pairs if pair.without.passed and not pair.given.passed]
    reasons = Counter(pair.reason for pair in pairs if pair.part in ("refused", "failed", "raised"))
    return {
        "cases": len(pairs),
        "asked": len(asked),
        "right_without": sum(pair.without.passed for pair in pairs),
        "right_with": sum(pair.given.passed for pair in pairs),
        "asked_right_without": sum(pair.without.passed for pair in asked),
        "asked_right_with": sum(pair.given.passed for pair in asked),
        "gained": gained,
        "lost": lost,
        "unverified": sum(pair.unverified for pair in pairs),
        "parts": {part: sum(pair.part == part for pair in pairs) for part in PARTS},
        "reasons": dict(reasons.most_common()),
        "calls": trial.cost.calls,
        "seconds_of_the_model": round(trial.cost.seconds, 2),
        "median_seconds_without": round(_median(pair.without for pair in pairs), 3),
        "median_seconds_asked": round(_median(pair.given for pair in asked), 3),
        "tokens_sent": trial.cost.sent,
        "tokens_written": trial.cost.written,
    }


def tabulate_trial(trial: ModelTrial) -> str:
    pairs, figures = trial.pairs, trial_to_json(trial)
    suites = dict.fromkeys(pair.given.suite for pair in pairs)
    lines = [f"{'':20}{'without':24}with"]
    lines += [_row(suite, [pair for pair in pairs if pair.given.suite == suite]) for suite in suites]
    lines.append(_row("all", pairs))
    lines.append(_row("where it was asked", [pair for pair in pairs if pair.part != "not asked"]))
    lines += [f"{name}: {', '.join(map(str, _listed(figures[name]))) or 'none'}" for name in ("gained", "lost")]
    lines.append("  ".join(f"{part} {sum(pair.part == part for pair in pairs)}" for part in PARTS))
    reasons = Counter(pair.reason for pair in pairs if pair.part in ("refused", "failed", "raised"))
    lines += [f"  {count:3}  {why}" for why, count in reasons.most_common()]
    cost, calls = trial.cost, max(trial.cost.calls, 1)
    lines.append(
        f"{cost.calls} calls, {cost.seconds / calls:.1f} s, {cost.sent / calls:.0f} tokens sent and "
        f"{cost.written / calls:.0f} written a call; {figures['unverified']} unverified sentences"
    )
    return "\n".join(lines)


def _row(name: str, pairs: Sequence[Pair]) -> str:
    return f"{name:20}{_share(pair.without for pair in pairs):24}{_share(pair.given for pair in pairs)}"


def _share(records: Iterator[Record]) -> str:
    passed = [record.passed for record in records]
    interval = wilson_interval(sum(passed), len(passed))
    return f"{sum(passed)} of {len(passed)} ({interval.low * 100:.0f}-{interval.high * 100:.0f} %)"


def _name(pair: Pair) -> str:
    return f"{pair.given.suite}/{pair.given.id}"


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _median(records: Iterator[Record]) -> float:
    return median([record.milliseconds for record in records] or [0.0]) / 1000
