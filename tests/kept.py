"""What is kept of a conversation, with sound defaults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from isletbot.curation.records import AnswerRecord, Handoff, Retention, Session
from isletbot.server.wire import answer_to_json
from isletbot.types import Finding, Quote, Sentence, Trace, Triage
from tests.builders import a_reason
from tests.scripted import an_answer

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RETENTION = Retention(days=30, handoff_days=90, session_idle=HOUR)


def a_session(**changes: object) -> Session:
    session = Session("s1", "demo", "https://clinic.example", NOW, NOW + 12 * HOUR, NOW)
    return replace(session, **changes)  # type: ignore[arg-type]


def a_trace(question: str = "How many came off insulin?", **changes: object) -> Trace:
    unsupported = Finding(
        Sentence("All of them.", (Quote("k", "All", 0, 3),)), "unsupported", a_reason("no such words")
    )
    trace = Trace(
        question=question,
        triage=Triage("answer", "none", "no rule"),
        found=(("k3f9", 0.91),),
        findings=(unsupported,),
        milliseconds={"triage": 1.5, "retrieve": 2.5},
        versions={"index": "i1"},
    )
    return replace(trace, **changes)  # type: ignore[arg-type]


def a_record(answer_id: str = "a1", question: str = "How many came off insulin?", **changes: object) -> AnswerRecord:
    answer = an_answer(id=answer_id, trace=a_trace(question))
    return replace(AnswerRecord(question, answer, answer_to_json(answer), NOW), **changes)  # type: ignore[arg-type]


def a_handoff(**changes: object) -> Handoff:
    handoff = Handoff("h1", "s1", "a1", "Anna Berg, 555 0100", "Please call me.", NOW)
    return replace(handoff, **changes)  # type: ignore[arg-type]
