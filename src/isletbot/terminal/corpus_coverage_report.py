"""Runs `isletbot corpus coverage`: prints what the corpus covers and what it leaves out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isletbot.dates import write_date
from isletbot.terminal.plain import make_printable

if TYPE_CHECKING:
    from isletbot.curation.coverage import CoverageReport
    from isletbot.types import Passage

_SHOWN = 200
_CLEAR = "none"


def coverage(
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
) -> None:
    """What nobody asks about, quotes or answers, what runs out, and which figures may disagree."""
    from isletbot.settings import load_settings
    from isletbot.wiring.corpus_coverage import make_folder_survey

    settings = load_settings()
    report = make_folder_survey(settings, settings.evals_dir).make_report()
    if as_json:
        typer.echo(json.dumps(report_to_json(report), ensure_ascii=False, indent=2))
        return
    for title, lines in _write_parts(report):
        typer.echo(f"{title}\n" + "\n".join(f"  {make_printable(line[:_SHOWN])}" for line in lines or (_CLEAR,)) + "\n")


def _write_parts(report: CoverageReport) -> Sequence[tuple[str, Sequence[str]]]:
    asked = f"Statements no case asks about: {len(report.unasked)} of {report.statements}, by {report.cases} cases"
    if not report.cases:
        asked = "Statements no case asks about: not known, since no suite with answered cases lies in evals/"
    return (
        (asked, _write_statements(report.unasked)),
        (
            f"Statements no approved answer quotes: {len(report.unquoted)} of {report.statements}",
            _write_statements(report.unquoted),
        ),
        (
            f"Figures that may disagree: {len(report.contradictions)} pairs to look at, some of two different things",
            [
                f"{pair.first.statement} has {pair.figures[0]}, {pair.second.statement} has {pair.figures[1]}"
                for pair in report.contradictions
            ],
        ),
        (
            f"Approved answers due within 60 days: {len(report.due)}",
            [f"{write_date(one.due):17} {one.what:7} {one.name}" for one in report.due],
        ),
        (
            f"Asked in the last 30 days and in no source: {len(report.unanswered)}",
            [f"{one.count:5} times  {one.words}" for one in report.unanswered],
        ),
    )


def _write_statements(passages: Sequence[Passage]) -> Sequence[str]:
    return [f"{passage.statement}  {passage.text}" for passage in passages]


def report_to_json(report: CoverageReport) -> Mapping[str, Any]:
    return {
        "statements": report.statements,
        "cases": report.cases,
        "unasked": [passage.statement for passage in report.unasked] if report.cases else None,
        "unquoted": [passage.statement for passage in report.unquoted],
        "contradictions": [
            {"statements": [pair.first.statement, pair.second.statement], "figures": list(pair.figures)}
            for pair in report.contradictions
        ],
        "due": [{"what": one.what, "answer": one.name, "due": one.due.isoformat()} for one in report.due],
        "unanswered": [{"question": one.words, "count": one.count} for one in report.unanswered],
    }
