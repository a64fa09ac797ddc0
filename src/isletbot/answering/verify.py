"""Draft and Evidence to Verdict: a finding a sentence. Nothing that could not be checked passes as true."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from isletbot.answering.claims import Judgement, judge_claim
from isletbot.types import Caution, Draft, Evidence, Finding, Quote, Sentence, Verdict

_REMEMBERED = 4096
"""Sentences whose verdict is kept: statements come again and again, and sixty patterns take their time."""


class Bans:
    """What no sentence may say, from the cautions; compiled once."""

    def __init__(self, cautions: Sequence[Caution]) -> None:
        self._bans = tuple((re.compile(ban, re.IGNORECASE), caution) for caution in cautions for ban in caution.never)
        self.broken_by = lru_cache(_REMEMBERED)(self._broken_by)

    def _broken_by(self, text: str) -> Caution | None:
        return next((caution for ban, caution in self._bans if ban.search(text)), None)


def verify_draft(draft: Draft, evidence: Evidence, bans: Bans) -> Verdict:
    findings = []
    for sentence in draft.sentences:
        judgement = _judge_sentence(sentence, evidence, bans)
        findings.append(Finding(sentence, judgement.outcome, judgement.reason))
    return Verdict(tuple(_judge_company(finding, findings, evidence) for finding in findings))


def _judge_sentence(sentence: Sentence, evidence: Evidence, bans: Bans) -> Judgement:
    if not sentence.quotes:
        return Judgement("unsupported", "no citation")
    for quote in sentence.quotes:
        problem = _quote_problem(quote, evidence)
        if problem:
            return Judgement("unsupported", problem)
    if caution := bans.broken_by(sentence.text):
        return Judgement("unsupported", f"caution {caution.id}: {caution.point}")
    return judge_claim(sentence.text, [quote.text for quote in sentence.quotes])


def _quote_problem(quote: Quote, evidence: Evidence) -> str:
    passage = evidence.passage(quote.key)
    if passage is None:
        return f"key {quote.key!r} is not among the evidence"
    begin, end = quote.start - passage.start, quote.end - passage.start
    if begin < 0 or end > len(passage.text) or begin >= end or passage.text[begin:end] != quote.text:
        return f"quote does not stand in passage {quote.key!r} at {quote.start}-{quote.end}"
    return ""


def _judge_company(finding: Finding, findings: Sequence[Finding], evidence: Evidence) -> Finding:
    """A weaker source's statement that a stronger one corrects never goes out without it."""
    if finding.outcome != "supported":
        return finding
    said = {quote.key for other in findings if other.outcome == "supported" for quote in other.sentence.quotes}
    for quote in finding.sentence.quotes:
        passage = evidence.passage(quote.key)
        if passage and passage.corrected_by and not said.intersection(passage.corrected_by):
            return Finding(finding.sentence, "unsupported", f"passage {quote.key!r} is said without its correction")
    return finding
