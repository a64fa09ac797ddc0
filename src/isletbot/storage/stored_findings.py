"""Writes the findings of verification as JSON, and reads them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from isletbot.finding_reasons import Reason
from isletbot.types import Finding, Quote, Sentence


def finding_to_json(finding: Finding) -> dict[str, Any]:
    reason = finding.reason
    return {
        "sentence": asdict(finding.sentence),
        "outcome": finding.outcome,
        "reason": reason.text,
        "kind": reason.kind,
        "words": list(reason.words),
    }


def read_finding(stored: Mapping[str, Any]) -> Finding:
    """Reads a finding; one that an earlier release stored has a text and no kind."""
    quotes = tuple(Quote(**quote) for quote in stored["sentence"]["quotes"])
    reason = Reason(stored.get("kind", "other"), stored["reason"], tuple(stored.get("words", ())))
    return Finding(Sentence(stored["sentence"]["text"], quotes), stored["outcome"], reason)
