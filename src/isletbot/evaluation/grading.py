"""This module grades a reply against its case, with the reasons. Pure; there are three outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from isletbot.evaluation.cases import Case
from isletbot.evaluation.grounding import CheckOutcome, Grounding, SourceTexts, measure_grounding
from isletbot.evaluation.replies import (
    ReplyJson,
    normalise_text,
    read_citations,
    read_kind,
    read_sentences,
    read_text,
)

GradingRule = Literal[
    "no_reply", "kind", "empty", "must", "must_not", "cite", "integrity", "quote", "number", "screening"
]


@dataclass(frozen=True, slots=True)
class Failing:
    rule: GradingRule
    detail: str
    outcome: CheckOutcome = "fail"
    """`ungraded` when the rule could not be checked."""


NOTHING_CITED = Grounding()


@dataclass(frozen=True, slots=True)
class Grade:
    outcome: CheckOutcome
    failing: tuple[Failing, ...]
    """The rules that did not hold or could not be checked; empty on a pass."""
    facts: tuple[bool, ...] = ()
    """Whether the reply states each fact that the case asks for."""
    errors: int = 0
    """The number of the case's errors that the reply makes."""
    grounding: Grounding = NOTHING_CITED


def grade_reply(case: Case, reply: ReplyJson | None, sources: SourceTexts, trouble: str = "") -> Grade:
    """Grades a reply. `trouble` says why there is none, by fault of the endpoint or the harness; that is never a
    pass."""
    if reply is None:
        return Grade("ungraded", (Failing("no_reply", trouble or "no reply", "ungraded"),))
    text = normalise_text(read_text(reply))
    failing = _grade_kind(case, reply, text)
    facts = tuple(any(pattern.search(text) for pattern in fact.patterns) for fact in case.must)
    failing += [
        Failing("must", f"missing: {fact.name}") for fact, said in zip(case.must, facts, strict=True) if not said
    ]
    wrong = _find_errors(case, text)
    failing += wrong
    grounding = NOTHING_CITED
    if read_kind(reply) == "answered":
        failing += _grade_citations(case, reply)
    if read_kind(reply) == "answered" or read_sentences(reply):
        grounding = measure_grounding(reply, sources)
        failing += _grade_grounding(grounding)
    return Grade(_conclude_grade(failing), tuple(failing), facts, len(wrong), grounding)


def _grade_kind(case: Case, reply: ReplyJson, text: str) -> list[Failing]:
    failing = []
    if read_kind(reply) not in case.kinds:
        failing.append(Failing("kind", f"kind {read_kind(reply)!r}, allowed {', '.join(case.kinds)}"))
    if not text:
        failing.append(Failing("empty", "the reply has no text"))
    return failing


def _find_errors(case: Case, text: str) -> list[Failing]:
    failing = []
    for error in case.must_not:
        hit = next((found for pattern in error.patterns if (found := pattern.search(text))), None)
        if hit is not None:
            failing.append(Failing("must_not", f"wrong: {error.name} ({hit.group().strip()[:100]!r})"))
    return failing


def _grade_citations(case: Case, reply: ReplyJson) -> list[Failing]:
    cited = sorted({citation.source_id for citation in read_citations(reply) if citation.source_id})
    failing = []
    if case.cite and not set(case.cite) & set(cited):
        failing.append(Failing("cite", f"none of {', '.join(case.cite)} cited, got {', '.join(cited) or 'none'}"))
    if broken := find_broken_citations(reply):
        failing.append(Failing("integrity", "; ".join(broken[:4])))
    return failing


def find_broken_citations(reply: ReplyJson) -> Sequence[str]:
    """Lists what the citations lack: a sentence without one, a key that leads nowhere, no quote, no source."""
    sentences, citations = read_sentences(reply), read_citations(reply)
    broken = [] if sentences else ["no sentences"]
    if not citations:
        broken.append("no citations")
    for number, sentence in enumerate(sentences, 1):
        if not sentence.sound:
            broken.append(f"sentence {number} is not an object")
        elif not sentence.keys:
            broken.append(f"sentence {number} has no citation")
        elif not sentence.cited:
            broken.append(f"sentence {number}: no key of {', '.join(sentence.keys)} resolves")
    for number, citation in enumerate(citations, 1):
        if not citation.quote.strip():
            broken.append(f"citation {number} has no quote")
        if not citation.source_id:
            broken.append(f"citation {number} has no source_id")
    return broken


def _grade_grounding(grounding: Grounding) -> list[Failing]:
    """Fails the case for a quote that stands nowhere or a figure that no quote has. A lack of support only lowers the
    score, since the ledger that judges it is cautious."""
    failing = []
    for rule, detail in grounding.problems:
        if rule == "quote":
            failing.append(Failing("quote", detail))
        elif rule == "number":
            failing.append(Failing("number", detail))
    if grounding.quotes.ungraded:
        failing.append(Failing("quote", f"{grounding.quotes.ungraded} quotes could not be looked up", "ungraded"))
    return failing


def _conclude_grade(failing: Sequence[Failing]) -> CheckOutcome:
    if any(one.outcome == "fail" for one in failing):
        return "fail"
    return "ungraded" if failing else "pass"
