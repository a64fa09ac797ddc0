"""This module reports a run in Markdown, JUnit XML, JSON and a line for the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from isletbot.evaluation.gates import Baseline, GateCheck
from isletbot.evaluation.quality_judge import Agreement
from isletbot.evaluation.relevance_labels import JudgedReply
from isletbot.evaluation.run_figures import EVERYTHING, Figure, show_value
from isletbot.evaluation.run_history import PastRun
from isletbot.evaluation.run_records import Record, Run

POINT_FIGURES = ("relevance", "directness", "approved_given")
"""The figures of labelled and of listed questions, which belong to no suite."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Report:
    run: Run
    figures: tuple[Figure, ...]
    checks: tuple[GateCheck, ...]
    baseline: Baseline | None = None
    agreement: Agreement | None = None
    """The agreement of the model judge, when there was one."""
    blind: Mapping[str, str] = field(default_factory=dict)
    """The blind suites with how they were written and asked."""
    judged: tuple[JudgedReply, ...] = ()
    """The replies to the questions whose statements are labelled."""
    history: tuple[PastRun, ...] = ()
    """The runs kept in the same folder, this one the last."""


def write_json(report: Report) -> Mapping[str, Any]:
    return {
        "header": asdict(report.run.header),
        "figures": {
            figure.full_name: {"value": figure.value, "low": figure.low, "high": figure.high, "of": figure.of}
            for figure in report.figures
        },
        "gates": [asdict(check) | {"short_of_goal": round(check.short_of_goal, 4)} for check in report.checks],
        "blind": dict(report.blind),
        "failing": [
            {"suite": record.suite, "id": record.id, "outcome": record.grade.outcome, "rules": record.reasons}
            for record in report.run.records
            if not record.passed
        ],
        "judge": asdict(report.agreement) if report.agreement else None,
    }


def write_markdown(report: Report) -> str:
    header = report.run.header
    lines = ["# What isletbot answers, measured", "", f"Target `{header.target}`, begun {header.began}.", ""]
    lines += ["| suite | figure | value | 95 % interval | of |", "|---|---|---:|---|---:|"]
    lines += [
        f"| {figure.suite} | {figure.name} | {show_value(figure, figure.value)} | "
        f"{show_value(figure, figure.low)} to {show_value(figure, figure.high)} | {figure.of} |"
        for figure in report.figures
        if figure.suite == EVERYTHING or figure.name in ("pass_rate", *POINT_FIGURES)
    ]
    if report.checks:
        lines += ["", "## Gates", "", "| gate | value | floor | goal | |", "|---|---:|---:|---|---|"]
        lines += [_gate_line(check) for check in report.checks]
    failed = [record for record in report.run.records if not record.passed]
    lines += ["", f"## Cases that did not pass: {len(failed)}", ""]
    lines += [f"- `{r.suite}/{r.id}` {_one_line(r.turns[-1])}: {_one_line('; '.join(r.reasons))}" for r in failed]
    return "\n".join(lines) + "\n"


def _gate_line(check: GateCheck) -> str:
    value = "not measured" if check.value is None else f"{check.value:.4f}"
    sign = "at least" if check.at_least else "at most"
    state = "holds" if check.holds else "**short**"
    return f"| {check.figure} | {value} | {sign} {check.limit:.4f} | {check.distance} | {state} |"


def write_junit(report: Report) -> str:
    """Writes one test suite for each suite and one for the gates; `ungraded` is an error, `fail` a failure."""
    suites = [_write_junit_suite(name, report.run.records) for name in report.run.header.suites]
    short = [check for check in report.checks if not check.holds]
    gates = "".join(
        f"<testcase classname='gates' name={quoteattr(check.figure)}>"
        + ("" if check.holds else f"<failure message={quoteattr(f'{check.value} against {check.limit}')}/>")
        + "</testcase>"
        for check in report.checks
    )
    suites.append(f"<testsuite name='gates' tests='{len(report.checks)}' failures='{len(short)}'>{gates}</testsuite>")
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<testsuites>{''.join(suites)}</testsuites>\n"


def _write_junit_suite(name: str, records: Sequence[Record]) -> str:
    own = [record for record in records if record.suite == name]
    outcomes = [record.grade.outcome for record in own]
    counts = f"tests='{len(own)}' failures='{outcomes.count('fail')}' errors='{outcomes.count('ungraded')}'"
    return f"<testsuite name={quoteattr(name)} {counts}>{''.join(map(_write_junit_case, own))}</testsuite>"


def _write_junit_case(record: Record) -> str:
    name = record.id if not record.repeat else f"{record.id} (again {record.repeat})"
    body = ""
    if not record.passed:
        tag = "failure" if record.grade.outcome == "fail" else "error"
        text = _NOT_XML.sub("\ufffd", f"{record.turns[-1]}\n" + "\n".join(record.reasons))
        body = f"<{tag} message={quoteattr(_NOT_XML.sub(' ', record.reasons[0]))}>{escape(text)}</{tag}>"
    seconds = f"{record.milliseconds / 1000:.4f}"
    return f"<testcase classname={quoteattr(record.suite)} name={quoteattr(name)} time='{seconds}'>{body}</testcase>"


def summarise_run(report: Report) -> str:
    """Writes a line for each suite and each figure, for the terminal."""
    lines = [f"{'suite':20}{'cases':>7}{'pass':>9}{'95 % interval':>18}"]
    lines += [_summarise_suite(figure) for figure in report.figures if figure.name == "pass_rate"]
    rest = [
        figure
        for figure in report.figures
        if figure.name in POINT_FIGURES or (figure.suite == EVERYTHING and figure.name != "pass_rate")
    ]
    lines += [f"  {figure.name:24}{show_value(figure, figure.value):>12}  of {figure.of}" for figure in rest]
    if (said := report.agreement) is not None:
        lines.append(
            f"judge: fluent {said.fluent:.1%}, complete {said.complete:.1%}; agrees with the rules on "
            f"{said.agreement:.1%} (kappa {said.kappa:.2f}), {said.unreadable} of {said.judged} opinions unreadable"
        )
    return "\n".join(lines)


def _summarise_suite(figure: Figure) -> str:
    interval = f"{figure.low:.1%} to {figure.high:.1%}"
    return f"{figure.suite:20}{figure.of:>7}{figure.value:>9.1%}{interval:>18}"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
