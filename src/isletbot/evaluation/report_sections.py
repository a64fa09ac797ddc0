"""This module writes the parts of the report that judge the run: blind suites, suites, what is on point, and goals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from isletbot.evaluation.gates import GateCheck
from isletbot.evaluation.report import POINT_FIGURES, Report
from isletbot.evaluation.report_charts import draw_bars
from isletbot.evaluation.run_figures import DEFINITIONS, EVERYTHING

_BY_TIER = ("red_flag_recall_e1", "red_flag_recall_e2", "red_flag_recall_e3")
_OFF_SHOWN = 60


def write_blind_suites(report: Report) -> str:
    """Draws the suites that nothing was chosen on, each with how it was written and asked."""
    named = [name for name in report.run.header.suites if name in report.blind]
    if not named:
        return ""
    items = "".join(f"<li><b>{escape(name)}</b> {escape(report.blind[name])}</li>" for name in named)
    return _draw_suites(report, named) + f'<ul class="blind">{items}</ul>' + _write_suite_table(report, named)


def write_other_suites(report: Report) -> str:
    named = [name for name in report.run.header.suites if name not in report.blind]
    tiers = [(f.name[-2:].upper(), f) for f in report.figures if f.suite == EVERYTHING and f.name in _BY_TIER]
    caught = f"<h3>Emergencies caught in all suites, by tier</h3>{draw_bars(tiers)}" if tiers else ""
    return (_draw_suites(report, named) + _write_suite_table(report, named) if named else "") + caught


def _draw_suites(report: Report, named: Sequence[str]) -> str:
    rates = {figure.suite: figure for figure in report.figures if figure.name == "pass_rate"}
    return draw_bars([(name, rates[name]) for name in named if name in rates], named)


def _write_suite_table(report: Report, named: Sequence[str]) -> str:
    rows = "".join(_write_suite_row(report, suite) for suite in named)
    return (
        '<details open><summary>As a table</summary><div class="scroll"><table><thead><tr><th>Suite</th>'
        '<th class="number">Cases</th><th class="number">Passed</th><th class="number">Failed</th>'
        f'<th class="number">Ungraded</th></tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _write_suite_row(report: Report, suite: str) -> str:
    outcomes = [record.grade.outcome for record in report.run.records if record.suite == suite]
    name = escape(suite)

    def link(count: int, outcome: str, anchor: str) -> str:
        if not count:
            return "<td class=number>0</td>"
        wanted = f"suite={name}&amp;outcome={outcome}"
        return f'<td class=number><a href="#{anchor}-{name}" data-filter="{wanted}">{count}</a></td>'

    failed, lost = outcomes.count("fail"), outcomes.count("ungraded")
    return (
        f"<tr id='suite-{name}'><td>{name}</td><td class=number>{len(outcomes)}</td>"
        f"{link(outcomes.count('pass'), 'pass', 'passed')}{link(failed, 'not', 'cases')}"
        f"{link(lost, 'not', 'cases')}</tr>"
    )


def write_point(report: Report) -> str:
    """Draws relevance, directness and the approved answers given, and lists the sentences that are off the point."""
    shares = [(figure.name.replace("_", " "), figure) for figure in report.figures if figure.name in POINT_FIGURES]
    if not shares:
        return ""
    meant = "".join(
        f"<li><b>{figure.name.replace('_', ' ')}</b> {DEFINITIONS[figure.name]}</li>" for _, figure in shares
    )
    off = [(reply, text) for reply in report.judged for text, on_point in reply.sentences if not on_point]
    rows = "".join(
        f"<tr><td>{escape(reply.label.question)}</td><td>{escape(text)}</td></tr>" for reply, text in off[:_OFF_SHOWN]
    )
    table = (
        f"<details><summary>Sentences off the point ({len(off)})</summary><div class='scroll'><table><thead><tr>"
        f"<th>Question</th><th>Sentence</th></tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
    return draw_bars(shares) + f'<ul class="blind">{meant}</ul>' + (table if off else "")


def write_goals(report: Report) -> str:
    """Writes the gates with their distance from the goal, the farthest first, and the floors of the baseline apart."""
    gates = [check for check in report.checks if check.goal is not None]
    floors = [check for check in report.checks if check.goal is None]
    gates.sort(key=lambda check: (check.holds, -check.short_of_goal))
    below = [check for check in floors if not check.holds]
    shown = _tabulate(gates) if gates else ""
    if floors:
        said = (
            f"{len(below)} of {len(floors)} figures fell below it."
            if below
            else f"None of {len(floors)} fell below it."
        )
        shown += f"<h3>The last baseline is a floor, no goal</h3><p>{said}</p>" + (_tabulate(below) if below else "")
    return shown


def _tabulate(checks: Sequence[GateCheck]) -> str:
    rows = "".join(map(_write_row, checks))
    head = '<th>Figure</th><th class="number">Value</th><th>Goal</th><th class="number">Floor</th><th></th><th>Why</th>'
    return f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _write_row(check: GateCheck) -> str:
    value = "not measured" if check.value is None else f"{check.value:.4g}"
    chip = '<span class="chip pass">holds</span>' if check.holds else '<span class="chip fail">short</span>'
    return (
        f"<tr><td><b>{escape(check.figure)}</b></td><td class='number' data-label='value'>{value}</td>"
        f"<td>{escape(check.distance)}</td>"
        f"<td class='number' data-label='floor'>{'≥' if check.at_least else '≤'} {check.limit:.4g}</td>"
        f"<td>{chip}</td><td class='soft'>{escape(check.why)}</td></tr>"
    )


def name_trends(report: Report) -> Mapping[str, str]:
    """Names the figures whose trend is drawn: the blind suites, then what is measured over all."""
    names = {f"{suite}.pass_rate": suite for suite in report.run.header.suites if suite in report.blind}
    return {
        **names,
        f"{EVERYTHING}.pass_rate": "all cases",
        f"{EVERYTHING}.red_flag_recall": "emergencies caught",
        f"{EVERYTHING}.false_alarm_rate": "false alarms",
        "relevance.relevance": "relevance",
        "relevance.directness": "directness",
    }
