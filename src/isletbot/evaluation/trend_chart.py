"""This module draws how figures changed from run to run, as lines in inline SVG with the numbers in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from isletbot.evaluation.run_history import PastRun

_WIDTH, _HEIGHT = 300, 60
_TABLE_RUNS = 12


def draw_trends(runs: Sequence[PastRun], names: Mapping[str, str]) -> str:
    """Draws one small chart for each figure, by full name to label, that at least two runs have measured."""
    charts = "".join(
        _draw_trend(label, [(run, run.figures[name]) for run in runs if name in run.figures])
        for name, label in names.items()
        if sum(name in run.figures for run in runs) > 1
    )
    return f'<div class="trends">{charts}</div>{_write_table(runs, names)}' if charts else ""


def _draw_trend(label: str, values: Sequence[tuple[PastRun, float]]) -> str:
    shares = [value for _, value in values]
    low, high = min(shares), max(shares)
    spread = max(high - low, 0.02)
    step = _WIDTH / (len(shares) - 1)
    points = " ".join(
        f"{place * step:.1f},{_HEIGHT - 6 - (value - low) / spread * (_HEIGHT - 12):.1f}"
        for place, value in enumerate(shares)
    )
    spoken = f"{label}: {shares[0]:.1%} at first, {shares[-1]:.1%} now, over {len(shares)} runs"
    return (
        f'<figure class="trend"><figcaption>{escape(label)} <b>{shares[-1]:.1%}</b></figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(spoken)}">'
        f'<polyline class="reach" fill="none" points="{points}"/></svg>'
        f'<figcaption class="soft">{low:.1%} to {high:.1%}, {len(shares)} runs</figcaption></figure>'
    )


def _write_table(runs: Sequence[PastRun], names: Mapping[str, str]) -> str:
    heads = "".join(f'<th class="number">{escape(label)}</th>' for label in names.values())
    rows = "".join(
        f"<tr><td>{escape(run.began[:16].replace('T', ' '))} <code>{escape(run.commit[:8])}</code></td>"
        + "".join(
            f'<td class="number">{f"{run.figures[name]:.1%}" if name in run.figures else "–"}</td>' for name in names
        )
        + "</tr>"
        for run in reversed(runs[-_TABLE_RUNS:])
    )
    return (
        '<details><summary>As a table</summary><div class="scroll"><table><thead><tr><th>Run</th>'
        f"{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
