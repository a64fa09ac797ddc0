"""Tables and texts of journals' XML, sound and hostile."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from isletbot.fetching.jats import read_jats
from isletbot.fetching.record_page import RecordTable


def read(body: str) -> list[object]:
    sections = read_jats(fromstring(f"<article><body><sec><title>Results</title>{body}</sec></body></article>"))
    return [part for section in sections for part in section.parts]


def read_table(rows: str) -> RecordTable:
    (table,) = read(f"<table-wrap><table>{rows}</table></table-wrap>")
    assert isinstance(table, RecordTable)
    return table


def test_a_table_without_a_head_takes_its_first_row() -> None:
    table = read_table("<tr><th>Event</th><th>Tea</th></tr><tr><td>Nausea</td><td>3</td></tr>")
    assert (table.header, table.rows) == (("Event", "Tea"), (("Nausea", "3"),))


def test_a_cell_stands_in_every_row_and_column_that_it_spans() -> None:
    table = read_table(
        "<thead><tr><th>Event</th><th>Tea</th><th>Water</th></tr></thead>"
        "<tr><td rowspan='2'>Nausea</td><td>3</td><td>0</td></tr><tr><td colspan='2'>none later</td></tr>"
    )
    assert table.rows == (("Nausea", "3", "0"), ("Nausea", "none later", "none later"))


@pytest.mark.parametrize("span", ["1000000000", "0", "-3", "many", ""])
def test_a_span_that_claims_too_much_or_nothing_is_bounded(span: str) -> None:
    table = read_table(f"<tr><th>A</th></tr><tr><td colspan='{span}' rowspan='{span}'>x</td></tr>")
    assert table.rows == (("x",),)


def test_a_table_of_one_row_is_left_out() -> None:
    assert read("<table-wrap><table><tr><td>alone</td></tr></table></table-wrap>") == []


def test_a_power_stays_a_power_and_a_reference_goes() -> None:
    cited = "<xref ref-type='bibr'><sup>3</sup></xref>"
    assert read(f"<p>10<sup>9</sup> cells{cited} on 28 mm<sup>2</sup> [{cited}].</p>") == ["10^9 cells on 28 mm2."]


def test_items_of_a_list_are_paragraphs() -> None:
    assert read("<list><list-item><p>One.</p></list-item><list-item><p>Two.</p></list-item></list>") == ["One.", "Two."]
