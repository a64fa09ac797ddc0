"""Sixth step of the line: checks each sentence of a draft. Nothing that it could not check passes as true."""

from __future__ import annotations

from isletbot.answering.verification.findings import Verifier, judge_company
from isletbot.types import Draft, Evidence, Verdict


def verify_draft(draft: Draft, evidence: Evidence, verifier: Verifier) -> Verdict:
    findings = [verifier.find(sentence, evidence) for sentence in draft.sentences]
    said = frozenset(quote.key for found in findings if found.outcome == "supported" for quote in found.sentence.quotes)
    return Verdict((*draft.dropped, *(judge_company(finding, said, evidence) for finding in findings)))
