"""Counts by day that stay when conversations are deleted: no words of anybody, only how often. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from isletbot.curation.records import AnswerRecord

Subject = Literal["kind", "composer", "red_flag", "topic", "milliseconds", "rating"]
_STEP = 1.1
"""Times are counted by classes, each so many times as long as the one before: within 5 % is enough here."""
_SHORTEST_MS = 0.01


@dataclass(frozen=True, slots=True)
class Tally:
    day: date
    subject: Subject
    name: str
    count: int


class Tallies(Protocol):
    def list_tallies(self, subject: Subject, since: date) -> tuple[Tally, ...]:
        """By day, the oldest first."""
        ...

    def rank_names(self, subject: Subject, since: date, limit: int) -> tuple[tuple[str, int], ...]:
        """The most frequent first."""
        ...


def tally_answer(record: AnswerRecord) -> tuple[Tally, ...]:
    """What one reply adds."""
    answer, day, triage = record.answer, record.at.date(), record.answer.trace.triage
    milliseconds = sum(answer.trace.milliseconds.values())
    counted: set[tuple[Subject, str]] = {
        ("kind", answer.kind),
        ("composer", answer.composer),
        ("milliseconds", str(class_of(milliseconds))),
        *(("topic", name_topic(citation.source.id, citation.section)) for citation in answer.citations),
    }
    if triage and triage.route == "urgent":
        counted.add(("red_flag", triage.rule[:200]))
    return tuple(Tally(day, subject, name, 1) for subject, name in sorted(counted))


def name_topic(source_id: str, section: str) -> str:
    return f"{source_id}#{section}"[:200]


def class_of(milliseconds: float) -> int:
    return math.floor(math.log(max(milliseconds, _SHORTEST_MS), _STEP))


def find_quantile(counts: Mapping[int, int], share: float) -> float:
    """Milliseconds that this share of all stays under; 0 when there are none."""
    wanted, seen = share * sum(counts.values()), 0
    for number, count in sorted(counts.items()):
        seen += count
        if seen >= wanted:
            return float(_STEP ** (number + 0.5))
    return 0.0


def sum_classes(tallies: Iterable[Tally]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for tally in tallies:
        counts[int(tally.name)] = counts.get(int(tally.name), 0) + tally.count
    return counts
