"""What the pipelines' replies are worth, and what their figures are beside isletbot's of the same round."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isletbot.evaluation.cases import Case, read_suite
from isletbot.evaluation.grading import grade_reply
from isletbot.evaluation.grounding import SourceTexts
from isletbot.evaluation.replies import normalise_text, read_citations

OURS = "isletbot"
FIGURES = {
    "cold_s": "cold start, s",
    "cold_cpu_s": "cold start, processor s",
    "warm_ms": "warm answer, median ms",
    "p95_ms": "warm answer, 95 % ms",
    "cpu_ms": "warm answer, processor ms",
    "throughput": "questions a second",
    "peak_mb": "peak memory, MB",
    "build_s": "index build, s",
    "build_cpu_s": "index build, processor s",
}
"""Figure to its name and unit. More is better of `throughput` alone."""
_LISTED_QUESTION = re.compile(r"^\s*\?.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A peer's figure divided by isletbot's, over the rounds."""

    median: float
    least: float
    most: float


def read_answerable(path: Path) -> tuple[Case, ...]:
    """The cases to answer with at least one fact. Raises InputError where the file is no suite, ValueError where it
    has no such case."""
    cases = tuple(case for case in read_suite(path).cases if case.kinds[0] == "answered" and case.must)
    if not cases:
        raise ValueError(f"{path} has no case of the kind `answered` with a fact in `must`. Give another --suite.")
    return cases


def hold_facts(texts: Sequence[str], case: Case) -> bool:
    """Whether the texts together state every fact of the case. A digest's lines of listed questions do not count."""
    text = "\n".join(normalise_text(_LISTED_QUESTION.sub("", text)) for text in texts)
    return all(any(pattern.search(text) for pattern in fact.patterns) for fact in case.must)


def score_passages(handed: Sequence[Sequence[Sequence[str]]], cases: Sequence[Case], most: int) -> list[bool]:
    """For each case whether the first `most` passages, each (source id, text), hold its facts."""
    return [hold_facts([text for _, text in texts[:most]], case) for texts, case in zip(handed, cases, strict=True)]


def quote_replies(replies: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
    """What isletbot's replies cite, as passages: (source id, quote)."""
    return [[(cited.source_id, cited.quote) for cited in read_citations(reply)] for reply in replies]


def grade_replies(replies: Sequence[Mapping[str, Any]], cases: Sequence[Case], sources: SourceTexts) -> list[bool]:
    """For each case whether the reply passes as `isletbot eval run` grades it."""
    return [grade_reply(case, reply, sources).outcome == "pass" for reply, case in zip(replies, cases, strict=True)]


def summarise_times(times_ms: Sequence[float], cpu_ms: Sequence[float]) -> dict[str, float]:
    """Median and interpolated 95th percentile of at least two waits, and the median of the processor's time."""
    last = statistics.quantiles(times_ms, n=20, method="inclusive")[-1]
    return {"warm_ms": statistics.median(times_ms), "p95_ms": last, "cpu_ms": statistics.median(cpu_ms)}


def count_characters(handed: Sequence[Sequence[Sequence[str]]]) -> float:
    """The median number of characters handed over for a question."""
    return statistics.median(sum(len(text) for _, text in texts) for texts in handed)


def compare_rounds(theirs: Sequence[Mapping[str, float]], ours: Sequence[Mapping[str, float]], figure: str) -> Ratio:
    """The ratio of each round to isletbot's of the same round. Raises ValueError where the rounds do not pair up."""
    ratios = [their[figure] / our[figure] for their, our in zip(theirs, ours, strict=True)]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios))
