"""Rows of a table become sentences that name row and column, since a cell alone says nothing."""

from __future__ import annotations

from collections.abc import Sequence


def read_table(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """`Serious adverse events, full dose group: 3 of 12.` for each cell; a table of two columns without a head reads
    `Visits: 12.`"""
    filled = [[" ".join(cell.split()) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return ()
    widest = max(map(len, filled))
    if widest == 1:
        return tuple(row[0] for row in filled)
    if widest == 2 and filled[0][0]:
        return tuple(_end(f"{row[0]}: {row[1]}") for row in filled if len(row) == 2 and all(row))
    head, *body = filled
    return tuple(
        _end(f"{row[0]}, {name[:1].lower() + name[1:] if _is_plain(name) else name}: {cell}")
        for row in body
        for name, cell in zip(head[1:], row[1:], strict=False)
        if row[0] and name and cell
    )


def _is_plain(name: str) -> bool:
    """`Full dose` is; `HbA1c` and `US sites` keep their capitals."""
    first = name.split()[0]
    return first[:1].isupper() and first[1:].islower()


def _end(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
