"""Runs of text on a page of a PDF, each with its size, its place, and whether a person can see it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PageObject

TINY_POINTS = 3.0
_ALIKE = 0.12
"""Difference of colour, 0..1, under which words cannot be told from what is behind them."""
_FAINT = 0.1
_INVISIBLE_MODES = (3, 7)

Colour = tuple[float, float, float]
_WHITE: Colour = (1.0, 1.0, 1.0)
_BLACK: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class TextRun:
    text: str
    size: float
    x: float
    y: float
    bold: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Ink:
    colour: Colour = _BLACK
    opacity: float = 1.0
    mode: int = 0


@dataclass(frozen=True, slots=True)
class _Panel:
    left: float
    bottom: float
    right: float
    top: float
    colour: Colour

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.bottom <= y <= self.top


def read_runs(page: PageObject) -> list[TextRun]:
    watcher = _PageWatcher(page)
    page.extract_text(visitor_operand_before=watcher.see_operand, visitor_text=watcher.see_text)
    return watcher.runs


@dataclass(slots=True)
class _PageWatcher:
    page: PageObject
    runs: list[TextRun] = field(default_factory=list)
    _ink: _Ink = _Ink()
    _kept: list[_Ink] = field(default_factory=list)
    _panels: list[_Panel] = field(default_factory=list)
    _outline: list[tuple[float, float, float, float]] = field(default_factory=list)
    _shown: list[_Ink] = field(default_factory=list)
    """The inks of the words since the last run was seen."""

    def see_operand(self, operator: bytes, operands: Any, cm: list[float], _tm: list[float]) -> None:
        if operator == b"q":
            self._kept.append(self._ink)
        elif operator == b"Q" and self._kept:
            self._ink = self._kept.pop()
        elif operator in (b"Tj", b"TJ", b"'", b'"'):
            self._shown.append(self._ink)
        elif operator == b"Tr" and operands:
            self._ink = replace(self._ink, mode=int(operands[0]))
        elif operator == b"gs" and operands:
            self._ink = replace(self._ink, opacity=self._find_opacity(operands[0]))
        elif operator == b"re" and len(operands) == 4:
            self._outline.append(_place_box(operands, cm))
        elif operator in (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"):
            self._panels += [_Panel(*box, self._ink.colour) for box in self._outline if self._ink.opacity > _FAINT]
            self._outline.clear()
        elif operator in (b"n", b"S", b"s"):
            self._outline.clear()
        elif (colour := _read_colour(operator, operands)) is not None:
            self._ink = replace(self._ink, colour=colour)

    def see_text(self, text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        inks, self._shown = self._shown, []
        if not text:
            return
        scale = abs(tm[3] or tm[1]) * abs(cm[3] or cm[1])
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        name = str((font or {}).get("/BaseFont", "")).lower()
        points = float(size) * (scale or 1.0)
        hidden = bool(text.strip()) and (
            points < TINY_POINTS or self._is_off_page(x, y) or any(self._is_invisible(ink, x, y) for ink in inks)
        )
        self.runs.append(TextRun(text, points, x, y, "bold" in name or "black" in name, hidden))

    def _is_invisible(self, ink: _Ink, x: float, y: float) -> bool:
        if ink.mode in _INVISIBLE_MODES or ink.opacity < _FAINT:
            return True
        behind = next((panel.colour for panel in reversed(self._panels) if panel.holds(x, y)), _WHITE)
        return all(abs(one - other) < _ALIKE for one, other in zip(ink.colour, behind, strict=True))

    def _is_off_page(self, x: float, y: float) -> bool:
        box = self.page.cropbox
        return not (box.left - 2 <= x <= box.right + 2 and box.bottom - 2 <= y <= box.top + 2)

    def _find_opacity(self, name: Any) -> float:
        try:
            state = self.page["/Resources"]["/ExtGState"][name]  # type: ignore[index]
            return float(state.get("/ca", 1.0))
        except (KeyError, TypeError, ValueError):
            return 1.0


def _place_box(operands: Any, cm: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = (float(value) for value in operands)
    corners = [(x, y), (x + width, y + height)]
    placed = [(a * cm[0] + b * cm[2] + cm[4], a * cm[1] + b * cm[3] + cm[5]) for a, b in corners]
    (left, bottom), (right, top) = placed
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _read_colour(operator: bytes, operands: Any) -> Colour | None:
    """The colour that the words after this operator have; None for any other operator."""
    if operator not in (b"g", b"rg", b"k", b"sc", b"scn", b"cs"):
        return None
    values = [float(value) for value in operands if isinstance(value, int | float)]
    if len(values) == 1:
        return values[0], values[0], values[0]
    if len(values) == 3:
        return values[0], values[1], values[2]
    if len(values) == 4:
        cyan, magenta, yellow, black = values
        return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return _BLACK
