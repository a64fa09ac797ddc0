"""This module draws charts as inline SVG with title and description; patterns and dashes tell series apart as well as
colour. The stylesheet gives the colours, and a table behind each chart gives the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from markupsafe import Markup

_WIDTH, _HEIGHT = 320, 150
_TOP, _BOTTOM = 18, 20
_BAR = 34
_NUMBERS = count(1)
"""The numbers that make ids unique, since a page may hold the same chart twice."""


def draw_bars(title: str, description: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """Draws one bar a row, with its name above it and its number at its end."""
    most = max((number for _, number in rows), default=0) or 1
    drawn = []
    for place, (name, number) in enumerate(rows):
        y, width = place * _BAR, max(number / most * (_WIDTH - 50), 1 if number else 0)
        drawn.append(Markup('<text x="0" y="{}">{}</text>').format(y + 12, _shorten_label(name, 48)))
        drawn.append(Markup('<rect class="bar" x="0" y="{}" width="{:.1f}" height="10"/>').format(y + 17, width))
        drawn.append(Markup('<text x="{:.1f}" y="{}">{:,}</text>').format(width + 4, y + 26, number))
    return _draw_frame(title, description, len(rows) * _BAR, drawn)


def draw_columns(title: str, description: str, names: Sequence[str], whole: Sequence[int], part: Sequence[int],
                 words: tuple[str, str]) -> Markup:  # fmt: skip
    """Draws one column a day; the part that `words[1]` names is hatched, the rest is `words[0]`."""
    number, most = next(_NUMBERS), max(whole, default=0) or 1
    step, room = _WIDTH / max(len(whole), 1), _HEIGHT - _TOP - _BOTTOM
    hatch = Markup(
        '<pattern id="hatch-{0}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="ground" width="5" height="5"/><rect class="stripe" width="2" height="5"/></pattern>'
    ).format(number)
    drawn = [hatch]
    for place, (all_of_it, hatched) in enumerate(zip(whole, part, strict=True)):
        x, width = place * step + step * 0.1, step * 0.8
        high, low = all_of_it / most * room, hatched / most * room
        base = _HEIGHT - _BOTTOM
        column = Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
        drawn.append(column.format(x, base - high, width, high - low))
        hatched_column = Markup('<rect fill="url(#hatch-{})" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
        drawn.append(hatched_column.format(number, x, base - low, width, low))
    drawn += [*_draw_axis(names, f"{most:,}"), *_draw_legend(number, words)]
    return _draw_frame(title, description, _HEIGHT + 18, drawn)


def draw_lines(title: str, description: str, names: Sequence[str], lines: Sequence[tuple[str, Sequence[float]]],
               unit: str) -> Markup:  # fmt: skip
    """Draws the first line whole and the others dashed, each named below. A day of 0 has no point."""
    most = max((value for _, values in lines for value in values), default=0) or 1
    step, room, base = _WIDTH / max(len(names), 1), _HEIGHT - _TOP - _BOTTOM, _HEIGHT - _BOTTOM
    drawn = _draw_axis(names, f"{most:,.0f} {unit}")
    for place, (name, values) in enumerate(lines):
        points = [(x * step + step / 2, base - value / most * room) for x, value in enumerate(values) if value]
        dash = "" if place == 0 else " dashed"
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(Markup('<polyline class="line{}" points="{}"/>').format(dash, path))
        drawn += [Markup('<circle class="point" cx="{:.1f}" cy="{:.1f}" r="1.8"/>').format(x, y) for x, y in points]
        x, y = place * 120, _HEIGHT + 10
        drawn.append(Markup('<path class="line{}" d="M{} {}h24"/>').format(dash, x, y - 4))
        drawn.append(Markup('<text x="{}" y="{}">{}</text>').format(x + 30, y, name))
    return _draw_frame(title, description, _HEIGHT + 18, drawn)


def _draw_axis(names: Sequence[str], top: str) -> list[Markup]:
    base = _HEIGHT - _BOTTOM
    ends = Markup('<text x="0" y="{0}">{1}</text><text class="end" x="{2}" y="{0}">{3}</text>').format(
        base + 14, names[0] if names else "", _WIDTH, names[-1] if len(names) > 1 else ""
    )
    rule = Markup('<path class="rule" d="M0 {0}h{2}M0 {1}h{2}"/>').format(_TOP, base, _WIDTH)
    return [rule, Markup('<text x="0" y="{}">{}</text>').format(_TOP - 5, top), ends]


def _draw_legend(number: int, words: tuple[str, str]) -> list[Markup]:
    y = _HEIGHT + 4
    return [
        Markup('<rect class="bar" x="0" y="{}" width="12" height="10"/><text x="18" y="{}">{}</text>').format(
            y, y + 9, words[0]
        ),
        Markup('<rect fill="url(#hatch-{})" x="120" y="{}" width="12" height="10"/>').format(number, y),
        Markup('<text x="138" y="{}">{}</text>').format(y + 9, words[1]),
    ]


def _draw_frame(title: str, description: str, height: int, drawn: Sequence[Markup]) -> Markup:
    number = next(_NUMBERS)
    return Markup(
        '<svg class="chart" viewBox="0 0 {0} {1}" role="img" aria-labelledby="title-{2} desc-{2}">'
        '<title id="title-{2}">{3}</title><desc id="desc-{2}">{4}</desc>{5}</svg>'
    ).format(_WIDTH, height, number, title, description, Markup("").join(drawn))


def _shorten_label(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
