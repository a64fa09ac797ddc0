"""This module makes the tables and charts of the overview from daily counts, never from what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from isletbot.console.labels import KINDS, RATINGS
from isletbot.console.svg_charts import draw_bars, draw_columns, draw_lines
from isletbot.curation.conversation_review import ExpiringItem, UnansweredQuestion
from isletbot.curation.daily_counts import DailyCounts, find_quantile, sum_time_classes

_TOP = 10
_NO_CHART = Markup()
_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[str, ...]
    path: str = ""
    """The path of a page about the row."""


@dataclass(frozen=True, slots=True)
class OverviewTable:
    id: str
    title: str
    about: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    chart: Markup = _NO_CHART
    text_columns: int = 1
    """The number of leading columns that hold words; the others hold numbers."""


@dataclass(frozen=True, slots=True)
class OverviewData:
    """The sources of the figures; wiring fills it."""

    daily_counts: DailyCounts
    list_gaps: Callable[[date], Sequence[UnansweredQuestion]]
    """Lists the gaps among questions asked since that day."""
    list_expiring: Callable[[], Sequence[ExpiringItem]]
    name_source: Callable[[str], str]
    """Returns a source's title by its id, or the id when the source is not approved."""


def make_tables(data: OverviewData, today: date, days: int) -> tuple[OverviewTable, ...]:
    """Makes every table for the last `days` days, today included."""
    span = [today - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return (
        _count_days(data, span),
        _count_kinds(data, span),
        _list_gaps(data, span),
        _rank_topics(data, span),
        _measure_times(data, span),
        _count_ratings(data, span),
        _count_red_flags(data, span),
        _list_expiring(data, today),
    )


def _count_days(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    counts: dict[date, dict[str, int]] = {day: {} for day in span}
    for entry in data.daily_counts.list_counts("kind", span[0]):
        counts.setdefault(entry.day, {})[entry.name] = entry.count
    rows = tuple(
        TableRow((day.isoformat(), *map(str, (sum(of_day.values()), *(of_day.get(kind, 0) for kind in KINDS)))))
        for day, of_day in sorted(counts.items())
    )
    whole = [int(row.cells[1]) for row in rows]
    declined = [of_day.get("not_in_corpus", 0) for _, of_day in sorted(counts.items())]
    title, days = "Questions a day", [_format_short_day(date.fromisoformat(row.cells[0])) for row in rows]
    about = f"{sum(whole):,} in {len(span)} days, at most {max(whole):,} a day; {sum(declined):,} not in the sources."
    chart = draw_columns(title, about, days, whole, declined, ("all others", KINDS["not_in_corpus"]))
    return OverviewTable("days", title, about, ("Day", "Questions", *map(str.capitalize, KINDS.values())), rows, chart)


def _count_kinds(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    counts = data.daily_counts.rank_names("kind", span[0], len(KINDS))
    total = sum(count for _, count in counts)
    rows = tuple(
        TableRow((KINDS.get(kind, kind), str(count), f"{count / total:.1%}"), f"/staff/conversations?kind={kind}")
        for kind, count in counts
    )
    about = f"What became of what was asked: {total:,}."
    return OverviewTable(
        "kinds", "Kinds of reply", about, ("Kind", "Replies", "Share"), rows, _draw_bars("Kinds of reply", about, rows)
    )


def _list_gaps(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    rows = tuple(TableRow((gap.words, str(gap.count)), gap.path) for gap in data.list_gaps(span[0]))
    about = "What people asked most and no source says."
    return OverviewTable("gaps", "Gaps", about, ("Question", "Asked"), rows)


def _rank_topics(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    ranked = data.daily_counts.rank_names("topic", span[0], _TOP)
    parts = ((name.partition("#"), count) for name, count in ranked)
    rows = tuple(
        TableRow((section or source, data.name_source(source), str(count))) for (source, _, section), count in parts
    )
    about = f"The {_TOP} parts of the sources that most replies cite."
    chart = draw_bars("Topics", about, [(row.cells[0], int(row.cells[2])) for row in rows])
    return OverviewTable("topics", "Topics", about, ("Part", "Source", "Replies"), rows, chart, text_columns=2)


def _measure_times(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    counted = data.daily_counts.list_counts("milliseconds", span[0])
    grouped = {day: sum_time_classes(of_day) for day, of_day in groupby(counted, key=lambda entry: entry.day)}
    by_day = {day: grouped.get(day, {}) for day in span}
    everything = sum_time_classes(counted)
    median, most = find_quantile(everything, 0.5), find_quantile(everything, 0.95)
    rows = tuple(
        TableRow(
            (
                day.isoformat(),
                str(sum(of_day.values())),
                *(f"{find_quantile(of_day, share):.1f}" for share in (0.5, 0.95)),
            )
        )
        for day, of_day in by_day.items()
    )
    about = (
        f"Median {median:,.1f} ms, 95 % within {most:,.1f} ms, over all {sum(everything.values()):,} replies of these "
        "days: the time in the line, from reading the question to the finished reply, without waiting for a turn and "
        "without the network; within 5 %."
    )
    lines = [(name, [float(row.cells[place]) for row in rows]) for name, place in (("median", 2), ("95 %", 3))]
    chart = draw_lines("Time to a reply", about, [_format_short_day(day) for day in span], lines, "ms")
    return OverviewTable("times", "Time to a reply", about, ("Day", "Replies", "Median, ms", "95 %, ms"), rows, chart)


def _count_ratings(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    counts: Mapping[str, int] = dict(data.daily_counts.rank_names("rating", span[0], len(RATINGS)))
    rows = tuple(TableRow((name, str(counts.get(name, 0))), f"/staff/conversations?rating={name}") for name in RATINGS)
    about = f"Replies that people rated: {sum(counts.values()):,}. Most rate none."
    return OverviewTable(
        "feedback", "Feedback", about, ("Rating", "Replies"), rows, _draw_bars("Feedback", about, rows)
    )


def _count_red_flags(data: OverviewData, span: Sequence[date]) -> OverviewTable:
    counts = data.daily_counts.rank_names("red_flag", span[0], 100)
    rows = tuple(
        TableRow((rule, str(count)), f"/staff/conversations?route=urgent&rule={quote(rule)}") for rule, count in counts
    )
    about = f"Urgent replies: {sum(count for _, count in counts):,}, by the rule that decided."
    return OverviewTable(
        "red-flags", "Red flags", about, ("Rule", "Replies"), rows, _draw_bars("Red flags", about, rows[:_TOP])
    )


def _list_expiring(data: OverviewData, today: date) -> OverviewTable:
    soon = sorted((one for one in data.list_expiring() if one.due <= today + _SOON), key=lambda one: one.due)
    rows = tuple(
        TableRow((one.name, one.what, one.due.isoformat(), str((one.due - today).days)), one.path) for one in soon
    )
    about = f"What is due for review or goes out within {_SOON.days} days, and what is over already."
    return OverviewTable("expiring", "Expiring soon", about, ("Name", "What", "Due", "Days left"), rows, text_columns=3)


def _draw_bars(title: str, about: str, rows: Sequence[TableRow]) -> Markup:
    return draw_bars(title, about, list(_list_pairs(rows)))


def _list_pairs(rows: Sequence[TableRow]) -> Iterator[tuple[str, int]]:
    return ((row.cells[0], int(row.cells[1])) for row in rows)


def _format_short_day(day: date) -> str:
    return f"{day:%d %b}".lstrip("0")
