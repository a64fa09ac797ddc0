"""Runs of a PDF become lines, and lines become paragraphs, headings and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from isletbot.documents.headings import HeadingPath
from isletbot.documents.parsed import DocumentBlock
from isletbot.documents.pdf_runs import TextRun
from isletbot.documents.table_sentences import read_table

_LARGER = 1.12
_LONGEST_HEADING = 120
_BULLET = re.compile(r"(?:[•▪●◦–]|\d{1,2}[.)])\s+")
_DOTTED = re.compile(r"(?:\.\s?){5,}\s*\w*$")
"""Matches `2.1 Safety . . . . . . . 5`."""
_RUNNING_ON = 3
"""Pages on which the same line at the edge is a header or a footer."""
_PARAGRAPH_GAP = 1.35
"""Times the usual distance of two lines."""


@dataclass(frozen=True, slots=True)
class PdfLine:
    page: int
    cells: tuple[str, ...]
    starts: tuple[float, ...]
    size: float
    bold: bool
    y: float

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.cells).split())


def make_lines(page: int, runs: Sequence[TextRun]) -> list[PdfLine]:
    """One line for what pypdf puts on one; cells are parted by gaps that no word space has."""
    lines: list[list[TextRun]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        if first.strip():
            lines[-1].append(_with_text(run, first))
        lines += [[_with_text(run, piece)] if piece.strip() else [] for piece in others]
    return [_make_line(page, line) for line in lines if line]


def _with_text(run: TextRun, text: str) -> TextRun:
    return TextRun(text, run.size, run.x, run.y, run.bold, run.hidden)


def _make_line(page: int, runs: Sequence[TextRun]) -> PdfLine:
    cells: list[str] = []
    starts: list[float] = []
    end = float("-inf")
    for run in runs:
        if not cells or run.x - end > 1.2 * run.size:
            cells.append("")
            starts.append(run.x)
        cells[-1] += run.text
        end = run.x + 0.5 * run.size * len(run.text.strip())
    weights: Counter[tuple[float, bool]] = Counter()
    for run in runs:
        weights[round(run.size, 1), run.bold] += len(run.text.strip())
    (size, bold), _ = weights.most_common(1)[0]
    return PdfLine(page, tuple(cell.strip() for cell in cells), tuple(starts), size, bold, runs[0].y)


def drop_running_lines(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Without page numbers, lines of a table of contents, and headers and footers that pages repeat."""
    lines = [line for line in lines if not _DOTTED.search(line.text)]
    edges: Counter[str] = Counter()
    by_page: dict[int, list[PdfLine]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    at_edge = {id(line) for page in by_page.values() for line in (*page[:2], *page[-2:])}
    for page in by_page.values():
        edges.update({_mask(line) for line in page if id(line) in at_edge})
    return [
        line
        for line in lines
        if id(line) not in at_edge
        or not (edges[_mask(line)] >= _RUNNING_ON or re.fullmatch(r"(?:page\s*)?\d{1,4}", line.text.lower()))
    ]


def _mask(line: PdfLine) -> str:
    """The line without the number of its page."""
    return re.sub(r"^\d+\b|\bpage \d+(?: of \d+)?|\b\d+$", "", line.text.lower()).strip()


def read_lines(lines: Sequence[PdfLine], title: str) -> Iterator[DocumentBlock]:
    body = _find_body_size(lines)
    gap = _find_usual_gap(lines)
    words = Counter(word for line in lines for word in re.findall(r"[\w-]+", line.text.lower()))
    headings, at = HeadingPath(), 0
    while at < len(lines):
        line = lines[at]
        headings.page = line.page
        if (rows := _find_table(lines, at)) > 1:
            cells = read_table([one.cells for one in lines[at : at + rows]])
            yield from (DocumentBlock(cell, headings.place, "cell") for cell in cells)
            at += rows
            continue
        end = _find_end(lines, at, body, gap)
        text = _join(lines[at:end], words)
        if _is_heading(line, body) and len(text) <= _LONGEST_HEADING:
            if text != title:
                headings.enter(-line.size - (0.05 if line.bold else 0), text)
        else:
            bullet = _BULLET.match(text)
            words_of = text[bullet.end() :] if bullet else text
            yield DocumentBlock(words_of, headings.place, "item" if bullet else "paragraph")
        at = end


def find_title(lines: Sequence[PdfLine]) -> str:
    """The largest words of the first page, where they are larger than the text."""
    first = [line for line in lines if line.page == lines[0].page] if lines else []
    if not first:
        return ""
    largest = max(line.size for line in first)
    if largest < _LARGER * _find_body_size(lines):
        return ""
    start = next(at for at, line in enumerate(first) if line.size == largest)
    told = []
    for line in first[start:]:
        if line.size != largest:
            break
        told.append(line.text)
    title = " ".join(told)
    return title if len(title) <= 2 * _LONGEST_HEADING else ""


def _find_body_size(lines: Sequence[PdfLine]) -> float:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _find_usual_gap(lines: Sequence[PdfLine]) -> float:
    gaps: Counter[float] = Counter()
    for one, other in pairwise(lines):
        if one.page == other.page and one.y > other.y:
            gaps[round(one.y - other.y, 0)] += 1
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _is_heading(line: PdfLine, body: float) -> bool:
    text = line.text
    if not text[:1].isupper() and not text[:1].isdigit():
        return False
    return line.size >= _LARGER * body or (line.bold and line.size >= body and not text.endswith((".", ",", ";")))


def _find_end(lines: Sequence[PdfLine], at: int, body: float, gap: float) -> int:
    """The line after the last one of the paragraph or heading that begins here."""
    first, end = lines[at], at + 1
    heading = _is_heading(first, body)
    while end < len(lines):
        before, line = lines[end - 1], lines[end]
        styled_otherwise = (line.size, line.bold) != (first.size, first.bold)
        bullet = _BULLET.match(line.text) is not None
        if bullet or (styled_otherwise and (heading or _is_heading(line, body) or abs(line.size - first.size) > 1)):
            break
        if _is_apart(before, line, 1.8 * first.size if heading else _PARAGRAPH_GAP * gap, heading):
            break
        if _find_table(lines, end) > 1:
            break
        end += 1
    return end


def _is_apart(before: PdfLine, line: PdfLine, farthest: float, heading: bool) -> bool:
    """Whether a paragraph, or a heading, ends between two lines; a sentence may run on to the next page."""
    if line.page != before.page:
        return heading or before.text.endswith((".", "!", "?", ":"))
    return farthest > 0 and before.y - line.y > farthest


def _find_table(lines: Sequence[PdfLine], at: int) -> int:
    """How many lines from here are rows whose cells begin at the same places; 0 for none."""
    head, rows = lines[at], 1
    if len(head.cells) < 2 or _BULLET.match(f"{head.cells[0]} "):
        return 0
    for line in lines[at + 1 :]:
        if line.page != head.page or len(line.cells) != len(head.cells):
            break
        if any(abs(one - other) > 12 for one, other in zip(head.starts, line.starts, strict=True)):
            break
        rows += 1
    return rows


def _join(lines: Sequence[PdfLine], words: Counter[str]) -> str:
    """A word parted at the end of a line is put together, unless the document writes it with its hyphen."""
    text = ""
    for line in lines:
        parted = re.search(r"(\w+)-$", text)
        begins = re.match(r"[a-z]+", line.text)
        if parted and begins:
            hyphened = f"{parted[1]}-{begins[0]}".lower()
            text = (text if words[hyphened] else text[:-1]) + line.text
        else:
            text = f"{text} {line.text}".strip()
    return text
