"""This module writes two runs side by side as one HTML page: figures by suite, each changed case with both replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from isletbot.evaluation.compare import CaseChange, Comparison
from isletbot.evaluation.replies import read_text
from isletbot.evaluation.run_records import Record, Run

_MOST = 500


def write_compare_page(before: Run, after: Run, comparisons: Sequence[Comparison]) -> str:
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    whole = comparisons[-1]
    reworded = tuple(_list_reworded(before, after, whole))
    sections = (
        ("Suites", _tabulate(comparisons)),
        (f"Worse: {len(whole.worse)}", "".join(map(_show_change, whole.worse)) or "<p>None.</p>"),
        (f"Better: {len(whole.better)}", "".join(map(_show_change, whole.better)) or "<p>None.</p>"),
        (f"Said otherwise, judged the same: {len(reworded)}", "".join(map(_show_change, reworded[:_MOST]))),
    )
    body = "".join(f"<section><h2>{title}</h2>{text}</section>" for title, text in sections)
    runs = " against ".join(f"{escape(run.header.target)}, {escape(run.header.began[:16])}" for run in (before, after))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Two runs of isletbot</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head><body>'
        f"<header><div><h1>Two runs, side by side</h1><p class='soft'>{runs}</p></div></header>"
        f"<main>{body}</main></body></html>\n"
    )


def _list_reworded(before: Run, after: Run, whole: Comparison) -> Iterator[CaseChange]:
    """Lists the cases whose reply reads otherwise and whose outcome is the same."""
    judged = {(one.after.suite, one.after.id) for one in (*whole.better, *whole.worse)}
    earlier = {(record.suite, record.id): record for record in before.records if record.repeat == 0}
    for record in after.records:
        other = earlier.get((record.suite, record.id))
        if record.repeat or other is None or (record.suite, record.id) in judged:
            continue
        if read_text(record.reply or {}) != read_text(other.reply or {}):
            yield CaseChange(other, record)


def _tabulate(comparisons: Sequence[Comparison]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.suite)}</td>"
        + "".join(
            f'<td class="number">{value}</td>'
            for value in (
                one.pairs, one.passed_before, one.passed_after, len(one.better), len(one.worse),
                f"{one.probability:.3f}", one.left_out,
            )
        )
        + "</tr>"
        for one in comparisons
    )  # fmt: skip
    names = ("Pairs", "Passed before", "Passed after", "Better", "Worse", "p", "Left out")
    heads = "".join(f'<th class="number">{name}</th>' for name in names)
    return (
        f'<div class="scroll"><table><thead><tr><th>Suite</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _show_change(change: CaseChange) -> str:
    after = change.after
    return (
        f"<details><summary>{escape(after.turns[-1])} <span class='soft'><code>{escape(after.suite)}/"
        f"{escape(after.id)}</code></span></summary><div class='pair'>{_show_side('Before', change.before)}"
        f"{_show_side('After', after)}</div></details>"
    )


def _show_side(title: str, record: Record) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in record.reasons)
    return (
        f'<div><h4>{title} <span class="chip {record.grade.outcome}">{record.grade.outcome}</span> '
        f'<span class="soft">{escape(record.kind.replace("_", " "))}</span></h4>'
        f'<div class="said">{escape(read_text(record.reply or {}) or record.trouble)}</div>'
        f'<ul class="reasons">{reasons}</ul></div>'
    )
