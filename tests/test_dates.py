"""A date is written in one way, in every month and every locale."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isletbot.dates import write_date


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 10, 4), "4 October 2026"),
        (date(2025, 1, 31), "31 January 2025"),
        (date(1999, 12, 9), "9 December 1999"),
        (datetime(2026, 5, 1, 23, 59, tzinfo=UTC), "1 May 2026"),
    ],
)
def test_a_date_is_written_day_month_year(day: date, written: str) -> None:
    assert write_date(day) == written
