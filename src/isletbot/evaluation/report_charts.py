"""This module draws charts as inline SVG and the confusion matrix as a table. Text stays HTML, so that it is read and
scaled as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from isletbot.evaluation.cases import KINDS
from isletbot.evaluation.intervals import quantile
from isletbot.evaluation.run_figures import Figure, show_value
from isletbot.evaluation.run_records import Record

_COLUMNS = 24


def show_interval(figure: Figure) -> str:
    if figure.low == figure.high:
        return ""
    return f"{show_value(figure, figure.low)} to {show_value(figure, figure.high)}"


def draw_bars(figures: Sequence[tuple[str, Figure]], linked: Collection[str] = ()) -> str:
    """Draws shares as bars with their 95 % interval as a line across the end. The name of a suite that is `linked`
    leads to its cases."""
    return f'<div class="bars">{"".join(_draw_bar(label, figure, label in linked) for label, figure in figures)}</div>'


def _draw_bar(label: str, figure: Figure, is_linked: bool) -> str:
    name = escape(label)
    if is_linked:
        name = f'<a href="#suite-{name}" data-filter="suite={name}">{name}</a>'
    value, low, high = figure.value * 100, figure.low * 100, figure.high * 100
    spoken = f"{label}: {show_value(figure)}, 95 % interval {show_interval(figure)}, of {figure.of}"
    return (
        f'<div class="bar"><span>{name}</span>'
        f'<svg viewBox="0 0 100 18" preserveAspectRatio="none" role="img" aria-label="{escape(spoken)}">'
        f'<rect class="track" width="100" height="18"/><rect class="fill" width="{value:.2f}" height="18"/>'
        f'<line class="reach" vector-effect="non-scaling-stroke" x1="{low:.2f}" x2="{high:.2f}" y1="9" y2="9"/>'
        "</svg>"
        f'<span class="value"><b>{show_value(figure)}</b> '
        f'<span class="soft">{show_interval(figure)}</span></span></div>'
    )


def draw_times(records: Sequence[Record]) -> str:
    """Draws how many replies took how long; the last column holds the slowest hundredth."""
    times = [record.milliseconds for record in records if record.reply is not None and record.milliseconds]
    if not times:
        return ""
    top = max(quantile(times, 0.99), 0.001)
    counts = Counter(min(int(time / top * (_COLUMNS - 1)), _COLUMNS - 1) for time in times)
    highest = max(counts.values())
    width = 100 / _COLUMNS
    columns = "".join(
        f'<rect class="fill" x="{place * width + 0.25:.2f}" y="{98 - 96 * counts[place] / highest:.2f}" '
        f'width="{width - 0.5:.2f}" height="{96 * counts[place] / highest:.2f}">'
        f"<title>{place * top / (_COLUMNS - 1):.1f} ms and more: {counts[place]}</title></rect>"
        for place in range(_COLUMNS)
    )
    spoken = f"Milliseconds of {len(times)} replies, from 0 to {top:.0f}"
    return (
        f'<figure class="columns" style="margin:16px 0 0"><svg viewBox="0 0 100 100" preserveAspectRatio="none" '
        f'role="img" aria-label="{spoken}">{columns}<line class="axis" vector-effect="non-scaling-stroke" x1="0" '
        f'x2="100" y1="99" y2="99"/></svg><figcaption>0 to {top:.0f} ms; the last column gathers the slowest 1 %. '
        f"Half of the "
        f"replies took {quantile(times, 0.5):.1f} ms or less, 95 % {quantile(times, 0.95):.1f} ms or less.</figcaption>"
        "</figure>"
    )


def draw_matrix(records: Sequence[Record]) -> str:
    """Draws the expected kind (the first that a case allows) against the replied kind. Another allowed kind counts as
    such and is no error."""
    graded = [record for record in records if record.reply is not None]
    counts = Counter((record.expected[0], record.kind) for record in graded)
    wrong = Counter((r.expected[0], r.kind) for r in graded if r.kind not in r.expected)
    first = {(record.expected[0], record.kind): record for record in reversed(graded)}
    unknown = sorted({kind for _, kind in counts} - set(KINDS))
    heads = "".join(f'<th scope="col">{escape(kind.replace("_", " "))}</th>' for kind in (*KINDS, *unknown))
    rows = []
    for expected in KINDS:
        total = sum(count for (kind, _), count in counts.items() if kind == expected)
        cells = "".join(_draw_cell(expected, kind, counts, wrong, total, first) for kind in (*KINDS, *unknown))
        rows.append(f'<tr><th scope="row">{expected.replace("_", " ")}</th>{cells}</tr>')
    return (
        '<div class="scroll"><table class="matrix"><thead><tr><th><span class="soft">expected ↓ replied →</span></th>'
        f"{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _draw_cell(
    expected: str,
    kind: str,
    counts: Counter[tuple[str, str]],
    wrong: Counter[tuple[str, str]],
    total: int,
    first: Mapping[tuple[str, str], Record],
) -> str:
    """Draws one cell as a link to its cases; without a script it leads to the first of them."""
    count, errors = counts[expected, kind], wrong[expected, kind]
    if not count:
        return '<td class="none">·</td>'
    one = first[expected, kind]
    target = escape(f"{one.suite}-{one.id}-{one.repeat}")
    spoken = escape(f"{count} cases that expect {expected} and got {kind}".replace("_", " "))

    def link(number: int) -> str:
        wanted = escape(urlencode({"expected": expected, "kind": kind}))
        return f'<a href="#{target}" data-filter="{wanted}" aria-label="{spoken}">{number}</a>'

    if expected == kind:
        return f'<td class="right" style="--share:{count / total:.3f}">{link(count)}</td>'
    if errors:
        allowed = f' <span class="soft">+{count - errors}</span>' if count > errors else ""
        return f'<td class="wrong">{link(errors)}{allowed}</td>'
    return f'<td class="allowed">{link(count)}</td>'
