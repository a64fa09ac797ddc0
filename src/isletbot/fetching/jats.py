"""Reads the full text of an open paper in JATS, the XML of journals. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from xml.etree.ElementTree import Element

from isletbot.fetching.record_page import RecordSection, RecordTable
from isletbot.fetching.record_text import read_element

_LEFT_OUT = {"fn", "fig", "table-wrap", "disp-formula", "supplementary-material", "label", "tex-math"}
_PARAGRAPHS = ("p", "list", "disp-quote", "boxed-text", "table-wrap", "table-wrap-group")
_DEEPEST = 6
_WIDEST, _LONGEST = 60, 1_000
"""Columns and rows of a table that are read, whatever its spans claim."""


def read_jats(root: Element) -> tuple[RecordSection, ...]:
    sections: list[RecordSection] = []
    for abstract in root.iterfind("./front/article-meta/abstract"):
        if not abstract.get("abstract-type"):
            sections += _read_section(abstract, 1, "Abstract")
    for section in root.iterfind("./body"):
        sections += _read_section(section, 0, "")
    return tuple(section for section in sections if section.heading or section.parts)


def _read_section(section: Element, level: int, heading: str) -> Iterator[RecordSection]:
    title = _read(section.find("title")) or heading
    own = tuple(part for child in section if child.tag in _PARAGRAPHS for part in _read_parts(child))
    if level or own:
        yield RecordSection(title, max(level, 1), own)
    for child in section.iterfind("sec"):
        yield from _read_section(child, min(level + 1, _DEEPEST), "")


def _read_parts(element: Element) -> Iterator[str | RecordTable]:
    if element.tag in ("table-wrap", "table-wrap-group"):
        tables = [element] if element.tag == "table-wrap" else list(element.iterfind("table-wrap"))
        yield from (table for wrap in tables if (table := _read_table(wrap)))
        return
    if element.tag != "p" and (inner := list(element.iter("p"))):
        yield from (said for paragraph in inner if (said := _read(paragraph)))
    elif said := _read(element):
        yield said
    yield from (table for wrap in element.iter("table-wrap") if (table := _read_table(wrap)))


def _read_table(wrap: Element) -> RecordTable | None:
    table = wrap.find(".//table")
    if table is None:
        return None
    header_rows = list(table.iterfind("./thead/tr"))
    heads = _read_grid(header_rows)
    rows = _read_grid(list(table.iter("tr"))[len(header_rows) :])
    if not heads and rows:
        heads, rows = rows[:1], rows[1:]
    columns = zip_longest(*heads, fillvalue="")
    header = tuple(" ".join(dict.fromkeys(cell for cell in column if cell)) for column in columns)
    if not header or not rows:
        return None
    caption = " ".join(filter(None, (_read_label(wrap.find("label")), _read(wrap.find("caption")))))
    return RecordTable(caption, header, tuple(row[: len(header)] for row in rows))


def _read_grid(rows: Sequence[Element]) -> list[tuple[str, ...]]:
    """Writes each cell in every column and row that it spans."""
    carried: dict[int, tuple[str, int]] = {}
    grid: list[tuple[str, ...]] = []
    for row in rows[:_LONGEST]:
        cells = iter([cell for cell in row if cell.tag in ("td", "th")])
        line: list[str] = []
        while len(line) < _WIDEST:
            if len(line) in carried:
                said, left = carried.pop(len(line))
                if left > 1:
                    carried[len(line)] = (said, left - 1)
                line.append(said)
                continue
            cell = next(cells, None)
            if cell is None:
                break
            said, down = _read(cell), _read_span(cell, "rowspan")
            for _ in range(_read_span(cell, "colspan")):
                if down > 1:
                    carried[len(line)] = (said, down - 1)
                line.append(said)
        grid.append(tuple(line[:_WIDEST]))
    return grid


def _read_span(cell: Element, name: str) -> int:
    said = cell.get(name, "1")
    return min(int(said), _WIDEST) if said.isdecimal() and int(said) > 0 else 1


def _read(element: Element | None) -> str:
    return read_element(element, _is_left_out)


def _read_label(element: Element | None) -> str:
    said = read_element(element)
    return f"{said.rstrip('.')}." if said else ""


def _is_left_out(element: Element) -> bool:
    """Leaves out numbers of references, which would stand in a sentence as figures."""
    return element.tag in _LEFT_OUT or (element.tag == "xref" and element.get("ref-type") in ("bibr", "fn", "table-fn"))
