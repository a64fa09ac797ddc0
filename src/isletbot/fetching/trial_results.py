"""Reads the results of a trial record as tables: what was measured, and what harm was seen, a group a column. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from isletbot.fetching.record_page import RecordSection, RecordTable
from isletbot.fetching.record_text import find_list, find_text, find_value

_NOT_GIVEN = "not given"


def read_results(results: Any) -> Iterator[RecordSection]:
    tables = [_read_measure(one) for one in find_list(results, "outcomeMeasuresModule", "outcomeMeasures")]
    if measured := tuple(table for table in tables if table.rows):
        yield RecordSection("Results", 1, measured)
    harm = find_value(results, "adverseEventsModule")
    groups = {find_text(group, "id"): find_text(group, "title") for group in find_list(harm, "eventGroups")}
    for heading, name in (("Serious adverse events", "seriousEvents"), ("Other adverse events", "otherEvents")):
        rows = tuple(_read_event(event, groups) for event in find_list(harm, name))
        if rows:
            yield RecordSection(heading, 1, (RecordTable(heading, ("Event", *groups.values()), rows),))


def _read_measure(measure: Any) -> RecordTable:
    groups = {find_text(group, "id"): find_text(group, "title") for group in find_list(measure, "groups")}
    unit, kind = find_text(measure, "unitOfMeasure"), find_text(measure, "paramType").replace("_", " ").lower()
    when, what = find_text(measure, "timeFrame"), ", ".join(filter(None, (kind, unit)))
    rows = tuple(
        (" ".join(filter(None, (find_text(part, "title"), find_text(category, "title")))) or what, *values)
        for part in find_list(measure, "classes")
        for category in find_list(part, "categories")
        if (values := _read_values(find_list(category, "measurements"), groups))
    )
    caption = f"{find_text(measure, 'title')} ({'; '.join(filter(None, (what, when)))})"
    return RecordTable(caption, ("Measure", *groups.values()), rows)


def _read_values(measurements: list[Any], groups: Mapping[str, str]) -> tuple[str, ...]:
    found = {find_text(one, "groupId"): _say_value(one) for one in measurements}
    return tuple(found.get(group, _NOT_GIVEN) for group in groups)


def _say_value(measurement: Any) -> str:
    value, spread = find_text(measurement, "value"), find_text(measurement, "spread")
    low, high = find_text(measurement, "lowerLimit"), find_text(measurement, "upperLimit")
    if low and high:
        return f"{value} ({low} to {high})"
    return f"{value} (spread {spread})" if spread else value


def _read_event(event: Any, groups: Mapping[str, str]) -> tuple[str, ...]:
    counts = {find_text(one, "groupId"): _say_count(one) for one in find_list(event, "stats")}
    return (find_text(event, "term"), *(counts.get(group, _NOT_GIVEN) for group in groups))


def _say_count(count: Any) -> str:
    affected, at_risk = find_text(count, "numAffected"), find_text(count, "numAtRisk")
    return f"{affected} of {at_risk}" if affected and at_risk else affected or _NOT_GIVEN
