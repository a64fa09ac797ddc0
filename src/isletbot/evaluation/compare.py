"""This module compares two runs over the same cases: which case improved, which got worse, and whether chance explains
it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isletbot.evaluation.intervals import mcnemar_exact
from isletbot.evaluation.run_records import Record, Run


@dataclass(frozen=True, slots=True)
class CaseChange:
    before: Record
    after: Record


@dataclass(frozen=True, slots=True)
class Comparison:
    suite: str
    pairs: int
    """The cases graded in both runs, so that each is its own control."""
    passed_before: int
    passed_after: int
    better: tuple[CaseChange, ...]
    worse: tuple[CaseChange, ...]
    left_out: int
    """The cases of one run only, or ungraded in one."""

    @property
    def probability(self) -> float:
        """Returns the exact McNemar probability that chance splits the cases this unevenly."""
        return mcnemar_exact(len(self.worse), len(self.better))


def compare_runs(before: Run, after: Run) -> tuple[Comparison, ...]:
    """Compares suite by suite, then over all. The first repeat of each case counts."""
    first, second = _by_place(before), _by_place(after)
    suites = dict.fromkeys(suite for suite, _ in (*first, *second))
    single = [_compare_suite(suite, first, second) for suite in suites]
    whole = Comparison(
        suite="all",
        pairs=sum(one.pairs for one in single),
        passed_before=sum(one.passed_before for one in single),
        passed_after=sum(one.passed_after for one in single),
        better=tuple(change for one in single for change in one.better),
        worse=tuple(change for one in single for change in one.worse),
        left_out=sum(one.left_out for one in single),
    )
    return (*single, whole)


def _by_place(run: Run) -> Mapping[tuple[str, str], Record]:
    return {(record.suite, record.id): record for record in run.records if record.repeat == 0}


def _compare_suite(
    suite: str, first: Mapping[tuple[str, str], Record], second: Mapping[tuple[str, str], Record]
) -> Comparison:
    places = {place for place in (*first, *second) if place[0] == suite}
    changes = [
        CaseChange(first[place], second[place])
        for place in sorted(places)
        if place in first and place in second and _is_graded(first[place]) and _is_graded(second[place])
    ]
    return Comparison(
        suite=suite,
        pairs=len(changes),
        passed_before=sum(change.before.passed for change in changes),
        passed_after=sum(change.after.passed for change in changes),
        better=tuple(change for change in changes if change.after.passed and not change.before.passed),
        worse=tuple(change for change in changes if change.before.passed and not change.after.passed),
        left_out=len(places) - len(changes),
    )


def _is_graded(record: Record) -> bool:
    return record.grade.outcome != "ungraded"


def tabulate_comparisons(comparisons: Sequence[Comparison]) -> str:
    lines = [f"{'suite':20}{'pairs':>7}{'before':>9}{'after':>9}{'better':>8}{'worse':>7}{'p':>8}  left out"]
    lines += [
        f"{one.suite:20}{one.pairs:>7}{_format_percent(one.passed_before, one.pairs):>9}"
        f"{_format_percent(one.passed_after, one.pairs):>9}{len(one.better):>8}{len(one.worse):>7}"
        f"{one.probability:>8.3f}  {one.left_out}"
        for one in comparisons
    ]
    whole = comparisons[-1]
    lines += [_describe_change("better", change.after, change.before) for change in whole.better]
    lines += [_describe_change("worse", change.after, change.after) for change in whole.worse]
    return "\n".join(lines)


def _describe_change(title: str, case: Record, failed: Record) -> str:
    return f"{title}: {case.suite}/{case.id} {case.turns[-1]!r}\n    {'; '.join(failed.reasons)}"


def comparisons_to_json(comparisons: Sequence[Comparison]) -> list[dict[str, object]]:
    return [
        {
            "suite": one.suite,
            "pairs": one.pairs,
            "passed_before": one.passed_before,
            "passed_after": one.passed_after,
            "better": [change.after.id for change in one.better],
            "worse": [change.after.id for change in one.worse],
            "left_out": one.left_out,
            "p": one.probability,
        }
        for one in comparisons
    ]


def _format_percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
