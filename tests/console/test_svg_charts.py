"""Charts as anybody meets them: by their title and description, on paper without colours, with hostile names."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from isletbot.console.svg_charts import draw_bars, draw_columns, draw_lines

HOSTILE = '<script>alert(1)</script>" onload="x'
CHARTS = (
    draw_bars("Kinds", "What became of it.", [("answered", 3), (HOSTILE, 0)]),
    draw_columns("Days", "How many a day.", ["1 Nov", "2 Nov"], [4, 0], [1, 0], ("others", HOSTILE)),
    draw_lines("Times", "How long.", ["1 Nov", HOSTILE], [("median", [1.0, 0.0]), ("95 %", [2.0, 3.0])], "ms"),
    draw_bars("Nothing", "None.", []),
    draw_columns("Nothing", "None.", [], [], [], ("a", "b")),
    draw_lines("Nothing", "None.", [], [("median", [])], "ms"),
)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_one_image_with_a_title_and_a_description(chart: Markup) -> None:
    root = ElementTree.fromstring(chart)
    assert root.get("role") == "img"
    named = {each.get("id") for each in root if each.tag in ("title", "desc")}
    assert named == set((root.get("aria-labelledby") or "").split())
    assert all(each.text for each in root if each.tag in ("title", "desc"))
    assert {each.tag for each in root.iter()} <= {
        "svg", "title", "desc", "text", "rect", "path", "circle", "polyline", "pattern",
    }  # fmt: skip
    assert not [each for each in root.iter() if each.get("style") or each.get("onload")]


def test_no_two_charts_of_a_page_share_a_name() -> None:
    ids = [each.get("id") for chart in CHARTS for each in ElementTree.fromstring(chart).iter() if each.get("id")]
    assert len(ids) == len(set(ids))


def test_parts_and_lines_are_told_apart_without_colour() -> None:
    assert CHARTS[1].count('fill="url(#hatch-') == 3, "two columns and the legend"
    assert CHARTS[2].count('class="line dashed"') == 2, "the line and the legend"


def test_the_longest_bar_is_the_greatest_number() -> None:
    root = ElementTree.fromstring(draw_bars("Kinds", "All.", [("a", 10), ("b", 5), ("c", 0)]))
    widths = [float(each.get("width", "")) for each in root.iter("rect")]
    assert widths == [270.0, 135.0, 0.0]
