"""Daily counts stay when conversations are deleted: they hold no words of anybody. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from isletbot.curation.records import AnswerRecord

Subject = Literal["kind", "composer", "red_flag", "topic", "milliseconds", "rating"]
_STEP = 1.1
"""The ratio of neighbouring classes of times; a result within 5 % is enough here."""
_SHORTEST_MS = 0.01


@dataclass(frozen=True, slots=True)
class DailyCount:
    day: date
    subject: Subject
    name: str
    count: int


class DailyCounts(Protocol):
    def list_counts(self, subject: Subject, since: date) -> tuple[DailyCount, ...]:
        """Lists the oldest day first."""
        ...

    def rank_names(self, subject: Subject, since: date, limit: int) -> tuple[tuple[str, int], ...]:
        """Lists the most frequent first."""
        ...


def count_answer(record: AnswerRecord) -> tuple[DailyCount, ...]:
    """Returns what one reply adds to the counts."""
    answer, day, triage = record.answer, record.at.date(), record.answer.trace.triage
    milliseconds = sum(answer.trace.milliseconds.values())
    counted: set[tuple[Subject, str]] = {
        ("kind", answer.kind),
        ("composer", answer.composer),
        ("milliseconds", str(get_time_class(milliseconds))),
        *(("topic", name_topic(citation.source.id, citation.section)) for citation in answer.citations),
    }
    if triage and triage.route == "urgent":
        counted.add(("red_flag", triage.rule[:200]))
    return tuple(DailyCount(day, subject, name, 1) for subject, name in sorted(counted))


def name_topic(source_id: str, section: str) -> str:
    return f"{source_id}#{section}"[:200]


def get_time_class(milliseconds: float) -> int:
    return math.floor(math.log(max(milliseconds, _SHORTEST_MS), _STEP))


def find_quantile(counts: Mapping[int, int], share: float) -> float:
    """Returns the milliseconds that this share of all replies stays under; 0 when there are none."""
    wanted, seen = share * sum(counts.values()), 0
    for number, count in sorted(counts.items()):
        seen += count
        if seen >= wanted:
            return float(_STEP ** (number + 0.5))
    return 0.0


def sum_time_classes(entries: Iterable[DailyCount]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for entry in entries:
        counts[int(entry.name)] = counts.get(int(entry.name), 0) + entry.count
    return counts
