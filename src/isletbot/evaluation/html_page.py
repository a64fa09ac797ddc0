"""This module writes the report as one HTML page that fetches nothing: no script, font or address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from isletbot.evaluation.case_list import list_cases, list_missed
from isletbot.evaluation.chart_items import show_chart_items
from isletbot.evaluation.gates import find_new_failures
from isletbot.evaluation.report import Report
from isletbot.evaluation.report_charts import draw_matrix, draw_times, show_interval
from isletbot.evaluation.report_sections import (
    name_trends,
    write_blind_suites,
    write_goals,
    write_other_suites,
    write_point,
)
from isletbot.evaluation.run_figures import DEFINITIONS, EVERYTHING, Figure, show_value
from isletbot.evaluation.trend_chart import draw_trends

_TILES = (
    ("pass_rate", "Cases passed"),
    ("red_flag_recall", "Emergencies caught"),
    ("number_accuracy", "Figures that stand in a quote"),
    ("quote_fidelity", "Quotes true to the source"),
    ("stability", "Same facts, however asked"),
    ("latency_median_ms", "Time to a reply"),
)
_LINKS = (
    ("missed", "Emergencies"),
    ("blind", "Blind suites"),
    ("point", "To the point"),
    ("suites", "Other suites"),
    ("gates", "Goals"),
    ("trend", "Trend"),
    ("figures", "Figures"),
    ("kinds", "Kinds"),
    ("time", "Time"),
    ("cases", "Cases"),
    ("chart", "CHART"),
)


def write_page(report: Report) -> str:
    style, script = (Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>isletbot, measured</title>'
        f"<style>{style}</style></head><body>{_write_header(report)}"
        f"<main>{''.join(_write_sections(report))}</main>{_write_footer(report)}<script>{script}</script>"
        "</body></html>\n"
    )


def _write_sections(report: Report) -> Iterator[str]:
    records = report.run.records
    yield _write_section("missed", "Missed emergencies", _MISSED_NOTE, list_missed(records))
    yield _write_section("blind", "Blind suites", _BLIND_NOTE, write_blind_suites(report))
    yield _write_section("point", "To the point", _POINT_NOTE, write_point(report))
    yield _write_section("suites", "The other suites", _SUITES_NOTE, write_other_suites(report))
    yield _write_section("gates", "Goals", _GOALS_NOTE, write_goals(report))
    yield _write_section("trend", "Trend", _TREND_NOTE, draw_trends(report.history, name_trends(report)))
    yield _write_section(
        "figures", "Figures", "Over all suites of this run. Each with what it means.", _write_figures(report)
    )
    yield _write_section("kinds", "Kinds of reply", _MATRIX_NOTE, draw_matrix(records))
    yield _write_section("time", "Time", "As the caller waits, on the machine that ran this.", draw_times(records))
    yield _write_section("judge", "A model's opinion", "For comparison only.", _write_judge(report))
    yield _write_section(
        "cases", "Every case", "Open one to see its reply; one that did not pass says why.", _write_cases(report)
    )
    yield _write_section("chart", "Reported along CHART", _CHART_NOTE, show_chart_items(report.run))


_MISSED_NOTE = "Of the cases that show a red flag, those that got another reply than their case allows."
_BLIND_NOTE = (
    "Written without sight of the bot; nothing was chosen on them. They say most about questions that nobody has seen."
)
_POINT_NOTE = "How much of a reply belongs to the question, whether it begins with the answer, and what staff rely on."
_SUITES_NOTE = (
    "Share of the cases that passed, with its 95 % interval as a line. They were seen while the bot was made."
)
_GOALS_NOTE = "How far each figure is from what it is to reach. A figure below its floor fails the run."
_TREND_NOTE = "From run to run in this folder."
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
    written = {name for name, _ in _LINKS if f'<section id="{name}">' in "".join(_write_sections(report))}
    nav = "".join(f'<a href="#{name}">{words}</a>' for name, words in _LINKS if name in written)
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


def _write_cases(report: Report) -> str:
    known = find_new_failures(report.baseline, report.run.records) if report.baseline else ()
    return list_cases(report.run.records, frozenset((record.suite, record.id) for record in known))


def _write_footer(report: Report) -> str:
    versions = " · ".join(
        f"{escape(name)} <code>{escape(value)}</code>" for name, value in report.run.header.versions.items()
    )
    return f'<footer class="page">General information about a program, not medical advice. {versions}</footer>'
