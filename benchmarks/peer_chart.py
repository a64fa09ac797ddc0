"""The chart of a run as SVG: a panel a figure, a bar a pipeline, a line from the least to the most of the rounds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from peer_pipelines import PIPELINES
from peer_scores import FIGURES, OURS

SHOWN = ("cold_s", "warm_ms", "p95_ms", "cpu_ms", "throughput", "peak_mb", "build_s")
PANEL, NAMES, BARS = 470, 172, 215
"""Widths in pixels: a panel, and in it the names and the longest bar; the number needs the rest."""
ROW, HEAD, GAP = 20, 26, 14
INK, SOFT, OWN, OTHER = "#1f2933", "#616e7c", "#0b7285", "#9fb3c8"


class Bar(NamedTuple):
    name: str
    value: float
    least: float
    most: float


def show_number(value: float) -> str:
    """Three digits that count: 1234.5 is `1,234`, 0.01234 is `0.0123`."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def list_bars(pipelines: Mapping[str, Any], figure: str) -> list[Bar]:
    bars = []
    for name, measured in pipelines.items():
        values = [row[figure] for row in measured["rounds"]]
        bars.append(Bar(name, statistics.median(values), min(values), max(values)))
    return bars


def list_right(pipelines: Mapping[str, Any]) -> list[Bar]:
    """Questions right by the passages, which is the measure that all share."""
    right = {name: measured["right"]["passages"] for name, measured in pipelines.items()}
    return [Bar(name, count, count, count) for name, count in right.items()]


def draw_panel(title: str, bars: Sequence[Bar], left: int, top: int) -> str:
    longest = max(bar.most for bar in bars) or 1
    parts = [f'<text x="{left}" y="{top + 14}" font-weight="600" fill="{INK}">{escape(title)}</text>']
    for place, bar in enumerate(bars):
        y, start = top + HEAD + place * ROW, left + NAMES
        width, least, most = (BARS * value / longest for value in (bar.value, bar.least, bar.most))
        colour = OWN if PIPELINES[bar.name].index == OURS else OTHER
        label = escape(PIPELINES[bar.name].label)
        parts += [
            f'<text x="{start - 8}" y="{y + 11}" text-anchor="end" fill="{SOFT}">{label}</text>',
            f'<rect x="{start}" y="{y}" width="{max(width, 1):.1f}" height="14" fill="{colour}"/>',
            f'<line x1="{start + least:.1f}" x2="{start + most:.1f}" y1="{y + 7}" y2="{y + 7}" stroke="{INK}"/>',
            f'<text x="{start + max(most, width) + 6:.1f}" y="{y + 11}" fill="{INK}">{show_number(bar.value)}</text>',
        ]
    return "\n".join(parts)


def draw_chart(record: Mapping[str, Any]) -> str:
    """The whole picture, on white, so that it reads on a dark page too."""
    pipelines = record["pipelines"]
    panels = [(FIGURES[figure], list_bars(pipelines, figure)) for figure in SHOWN]
    panels.append((f"questions right of {record['questions']}, by the passages", list_right(pipelines)))
    step = HEAD + ROW * len(pipelines) + GAP
    height, width = step * -(-len(panels) // 2) + GAP, 2 * PANEL + GAP
    drawn = "\n".join(
        draw_panel(title, bars, GAP + place % 2 * PANEL, GAP + place // 2 * step)
        for place, (title, bars) in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" role="img">\n'
        "<title>isletbot and its peers: time, memory and questions right</title>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{drawn}\n</svg>\n'
    )
