"""This module writes the report as one HTML page without script, font or address that it would fetch."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from isletbot.evaluation.chart_items import show_chart_items
from isletbot.evaluation.failures import list_failures
from isletbot.evaluation.gates import GateCheck, find_new_failures
from isletbot.evaluation.report import Report
from isletbot.evaluation.report_charts import draw_bars, draw_matrix, draw_times, show_interval
from isletbot.evaluation.run_figures import DEFINITIONS, EVERYTHING, Figure, show_value

_TILES = (
    ("pass_rate", "Cases passed"),
    ("red_flag_recall", "Emergencies caught"),
    ("number_accuracy", "Figures that stand in a quote"),
    ("quote_fidelity", "Quotes true to the source"),
    ("stability", "Same facts, however asked"),
    ("latency_median_ms", "Time to a reply"),
)
_BY_TIER = ("red_flag_recall_e1", "red_flag_recall_e2", "red_flag_recall_e3")


def write_page(report: Report) -> str:
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    sections = (
        _write_section(
            "suites",
            "Suites",
            "Share of the cases that passed, with its 95 % interval as a line.",
            _write_suites(report),
        ),
        _write_section(
            "figures", "Figures", "Over all suites of this run. Each with what it means.", _write_figures(report)
        ),
        _write_section("kinds", "Kinds of reply", _MATRIX_NOTE, draw_matrix(report.run.records)),
        _write_section(
            "time", "Time", "As the caller waits, on the machine that ran this.", draw_times(report.run.records)
        ),
        _write_section(
            "gates",
            "Gates",
            "What a release must reach, and how far it may fall behind the last one.",
            _write_gates(report),
        ),
        _write_section(
            "judge", "A model's opinion", "For comparison only: nothing passes or fails by it.", _write_judge(report)
        ),
        _write_section("failures", "Every case that did not pass", "Open one to see why.", _write_failures(report)),
        _write_section("chart", "Reported along CHART", _CHART_NOTE, show_chart_items(report.run)),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>isletbot, measured</title>'
        f"<style>{style}</style></head><body>{_write_header(report)}<main>{''.join(sections)}</main>{_write_footer(report)}"
        "</body></html>\n"
    )


_MATRIX_NOTE = (
    "The kind a case expects against the kind that came. Green is as expected, "
    "amber another kind that the case allows, "
    "red an error."
)
_CHART_NOTE = "The twelve items of the reporting guideline for studies of health-advice chatbots."


def _write_section(name: str, title: str, note: str, body: str) -> str:
    return f'<section id="{name}"><h2>{title}</h2><p class="note">{note}</p>{body}</section>' if body else ""


def _write_header(report: Report) -> str:
    header = report.run.header
    short = [check for check in report.checks if not check.holds]
    failed = sum(record.grade.outcome == "fail" for record in report.run.records)
    ungraded = sum(record.grade.outcome == "ungraded" for record in report.run.records)
    if not report.checks:
        verdict = "No gate applies to these suites."
    elif short:
        verdict = f"{len(short)} of {len(report.checks)} gates fell short"
    else:
        verdict = f"All {len(report.checks)} gates held"
    links = ("suites", "figures", "kinds", "time", "gates", "failures", "chart")
    nav = "".join(f'<a href="#{name}">{name.capitalize() if name != "chart" else "CHART"}</a>' for name in links)
    return (
        f"<header><div><h1>What isletbot answers, measured</h1><p class='soft'>{len(report.run.records)} replies by "
        f"{escape(header.target)}, begun {escape(header.began[:16].replace('T', ' '))} UTC. "
        f"{failed} failed, {ungraded} could not "
        f"be graded.</p><div class='verdict{' short' if short else ''}'><span class='mark' aria-hidden='true'>"
        f"{'✕' if short else '✓'}</span><span>{verdict}</span></div>"
        f"{_write_tiles(report.figures)}<nav>{nav}</nav></div></header>"
    )


def _write_tiles(figures: Sequence[Figure]) -> str:
    whole = {figure.name: figure for figure in figures if figure.suite == EVERYTHING}
    tiles = [
        f'<div class="tile"><span>{label}</span><b>{show_value(figure)}</b>'
        f"<span>{show_interval(figure)}<br>of {figure.of}</span></div>"
        for name, label in _TILES
        if (figure := whole.get(name)) is not None
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _write_suites(report: Report) -> str:
    rates = [(figure.suite, figure) for figure in report.figures if figure.name == "pass_rate"]
    tiers = [(f.name[-2:].upper(), f) for f in report.figures if f.suite == EVERYTHING and f.name in _BY_TIER]
    caught = f"<h3>Emergencies caught, by tier</h3>{draw_bars(tiers)}" if tiers else ""
    rows = "".join(_write_suite_row(report, suite) for suite in report.run.header.suites)
    table = (
        '<details><summary>As a table</summary><div class="scroll"><table><thead><tr><th>Suite</th>'
        '<th class="number">Cases</th><th class="number">Passed</th><th class="number">Failed</th>'
        f'<th class="number">Ungraded</th></tr></thead><tbody>{rows}</tbody></table></div></details>'
    )
    return draw_bars(rates) + caught + table


def _write_suite_row(report: Report, suite: str) -> str:
    outcomes = [record.grade.outcome for record in report.run.records if record.suite == suite]
    numbers = (len(outcomes), outcomes.count("pass"), outcomes.count("fail"), outcomes.count("ungraded"))
    return f"<tr><td>{escape(suite)}</td>{''.join(f'<td class=number>{number}</td>' for number in numbers)}</tr>"


def _write_figures(report: Report) -> str:
    rows = "".join(
        f"<tr><td><b>{figure.name.replace('_', ' ')}</b><br>"
        f"<span class='soft'>{escape(DEFINITIONS[figure.name])}</span></td>"
        f"<td class='number'><b>{show_value(figure)}</b></td>"
        f"<td class='number' data-label='95 % interval'>{show_interval(figure) or '–'}</td>"
        f"<td class='number' data-label='of'>{figure.of}</td></tr>"
        for figure in report.figures
        if figure.suite == EVERYTHING
    )
    head = '<th>Figure</th><th class="number">Value</th><th class="number">95 % interval</th><th class="number">Of</th>'
    return f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _write_gates(report: Report) -> str:
    if not report.checks:
        return ""
    rows = "".join(_write_gate_row(check) for check in sorted(report.checks, key=lambda check: check.holds))
    head = '<th>Figure</th><th class="number">Value</th><th class="number">Limit</th><th></th><th>Why</th>'
    return f'<table class="stack"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _write_gate_row(check: GateCheck) -> str:
    value = "not measured" if check.value is None else f"{check.value:.4g}"
    chip = '<span class="chip pass">holds</span>' if check.holds else '<span class="chip fail">short</span>'
    return (
        f"<tr><td><b>{escape(check.figure)}</b></td><td class='number' data-label='value'>{value}</td>"
        f"<td class='number' data-label='limit'>{'≥' if check.at_least else '≤'} {check.limit:.4g}</td>"
        f"<td>{chip}</td><td class='soft'>{escape(check.why)}</td></tr>"
    )


def _write_judge(report: Report) -> str:
    if report.agreement is None:
        return ""
    said = report.agreement
    return (
        f"<p>{said.judged} replies judged, {said.unreadable} opinions could not be read. "
        f"Fluent {said.fluent:.1%}, complete "
        f"{said.complete:.1%}. It agrees with the rules on {said.agreement:.1%} of the cases "
        f"(kappa {said.kappa:.2f}).</p>"
    )


def _write_failures(report: Report) -> str:
    known = find_new_failures(report.baseline, report.run.records) if report.baseline else ()
    return list_failures(report.run.records, frozenset((record.suite, record.id) for record in known))


def _write_footer(report: Report) -> str:
    versions = " · ".join(
        f"{escape(name)} <code>{escape(value)}</code>" for name, value in report.run.header.versions.items()
    )
    return f'<footer class="page">General information about a program, not medical advice. {versions}</footer>'
