"""This module sends tables as CSV and turns a cell that a spreadsheet would run as a formula into text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def send_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_escape_formula(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _escape_formula(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_BEGINS_FORMULA) or cell.startswith("\t") else cell
