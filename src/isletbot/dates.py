"""Writes a date as a person reads it, one way everywhere: `4 October 2026`. Pure, and the same in every locale."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def write_date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
