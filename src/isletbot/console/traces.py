"""This module prepares the trace of a stored reply for its page and looks up its passages in the corpus of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isletbot.curation.conversation_review import StoredReply
from isletbot.types import Passage

FindPassages = Callable[[Sequence[str]], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class TracedPassage:
    key: str
    score: float
    passage: Passage | None
    """None when no approved source of today holds it."""


@dataclass(frozen=True, slots=True)
class TracedSentence:
    """A sentence of the draft with the result of its verification."""

    text: str
    outcome: str
    reason: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraceView:
    route: str
    rule: str
    reason: str
    query: str
    parts: tuple[str, ...]
    found: tuple[TracedPassage, ...]
    drafts: tuple[tuple[str, str], ...]
    """The composers in the order asked, each with the reason why it made no draft."""
    findings: tuple[TracedSentence, ...]
    failure: str
    milliseconds: Mapping[str, float]
    versions: Mapping[str, str]

    @property
    def total(self) -> float:
        return sum(self.milliseconds.values())


def read_trace(kept: StoredReply, find_passages: FindPassages) -> TraceView:
    """Reads a stored trace; a field that an older release did not store is empty."""
    trace: Mapping[str, Any] = kept.trace
    triage, query = trace.get("triage") or {}, trace.get("query") or {}
    return TraceView(
        route=triage.get("route", ""),
        rule=triage.get("rule", ""),
        reason=triage.get("reason", ""),
        query=query.get("text", ""),
        parts=tuple(_read_part(part) for part in query.get("parts", ())),
        found=tuple(_read_found(trace.get("found", ()), find_passages)),
        drafts=tuple((composer, declined) for composer, declined in trace.get("drafts", ())),
        findings=tuple(_read_finding(finding) for finding in trace.get("findings", ())),
        failure=trace.get("failure", ""),
        milliseconds=trace.get("milliseconds", {}),
        versions=trace.get("versions", {}),
    )


def _read_part(part: Mapping[str, str]) -> str:
    return f"{part['text']} ({part['leans_on']})" if part.get("leans_on") else part["text"]


def _read_found(found: Sequence[tuple[str, float]], find_passages: FindPassages) -> list[TracedPassage]:
    today = {passage.key: passage for passage in find_passages([key for key, _ in found])}
    return [TracedPassage(key, score, today.get(key)) for key, score in found]


def _read_finding(finding: Mapping[str, Any]) -> TracedSentence:
    sentence = finding["sentence"]
    quotes = tuple(quote["text"] for quote in sentence["quotes"])
    return TracedSentence(sentence["text"], finding["outcome"], finding["reason"], quotes)
