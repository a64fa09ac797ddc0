"""Keeps the headings above the line that a reader is at."""

from __future__ import annotations

from isletbot.documents.parsed import Place

_LONGEST = 120


class HeadingPath:
    def __init__(self) -> None:
        self._open: list[tuple[float, str]] = []
        self.page = 0

    def enter(self, level: float, text: str) -> None:
        """A smaller level is a higher heading; it ends every heading of its own level and below."""
        self._open = [(above, name) for above, name in self._open if above < level]
        self._open.append((level, " ".join(text.split())[:_LONGEST]))

    @property
    def place(self) -> Place:
        return Place(self.page, tuple(name for _, name in self._open))
