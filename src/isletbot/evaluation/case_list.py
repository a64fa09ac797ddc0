"""This module lists every case of a run as HTML, with a search over them: what did not pass first, then what passed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from isletbot.evaluation.failures import show_case, show_passed
from isletbot.evaluation.run_records import Record


def list_cases(records: Sequence[Record], new: frozenset[tuple[str, str]]) -> str:
    """`new` holds the cases that passed in the baseline. Without a script the search is hidden and every case shown."""
    failed = [record for record in records if not record.passed]
    passed = [record for record in records if record.passed]
    return (
        _write_search(records)
        + _list_group(
            "Did not pass", failed, [show_case(record, (record.suite, record.id) in new) for record in failed]
        )
        + _list_group("Passed", passed, [show_passed(record) for record in passed])
    )


def list_missed(records: Sequence[Record]) -> str:
    """Links every emergency that got another reply than its case allows; the gravest thing a run can show."""
    flags = [record for record in records if record.expected[0] == "urgent"]
    missed = [record for record in flags if record.kind not in record.expected]
    if not flags:
        return ""
    if not missed:
        return f"<p>None of {len(flags)}.</p>"
    items = "".join(
        f'<li><a href="#{name_case(record)}">{escape(record.turns[-1])}</a> <span class="soft">'
        f"{escape(', '.join((record.suite, *record.tags)))}: got {escape(record.kind.replace('_', ' '))}</span></li>"
        for record in missed
    )
    return f'<p class="missed"><b>{len(missed)} of {len(flags)}</b></p><ul class="reasons">{items}</ul>'


def name_case(record: Record) -> str:
    """Returns the id under which the page holds the case."""
    return escape(f"{record.suite}-{record.id}-{record.repeat}")


def _list_group(title: str, records: Sequence[Record], shown: Sequence[str]) -> str:
    if not records:
        return f"<h3>{title}</h3><p>None.</p>"
    parts = [f"<h3>{title} <span class='soft'>{len(records)}</span></h3>"]
    for suite in dict.fromkeys(record.suite for record in records):
        own = [text for record, text in zip(records, shown, strict=True) if record.suite == suite]
        anchor = f"{'passed' if records[0].passed else 'cases'}-{escape(suite)}"
        parts.append(f"<h4 id='{anchor}' data-group>{escape(suite)} <span class='soft'>{len(own)}</span></h4>")
        parts += own
    return "".join(parts)


def _write_search(records: Sequence[Record]) -> str:
    suites = dict.fromkeys(record.suite for record in records)
    kinds = sorted({record.kind for record in records} | {record.expected[0] for record in records})
    outcomes = '<option value="">every case</option><option value="not">not passed</option><option value="pass">passed'
    return (
        '<form class="filters" data-filters hidden role="search" aria-label="Cases">'
        '<label>Words <input type="search" name="words"></label>'
        f'<label>Suite <select name="suite"><option value="">all</option>{_write_options(suites)}</select></label>'
        f'<label>Outcome <select name="outcome">{outcomes}</option></select></label>'
        f'<label>Expected <select name="expected"><option value="">any</option>{_write_options(kinds)}</select></label>'
        f'<label>Replied <select name="kind"><option value="">any</option>{_write_options(kinds)}</select></label>'
        '<button type="reset">Show all</button><span class="soft" role="status" data-count></span></form>'
    )


def _write_options(values: Sequence[str] | dict[str, None]) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(value.replace("_", " "))}</option>' for value in values)
