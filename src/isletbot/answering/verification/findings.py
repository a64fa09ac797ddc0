"""Checks one sentence: its quotes stand in their passages, support it, and go out with the correction they need."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from isletbot.answering.verification.signed import find_opening_problem, is_signed, without_opening
from isletbot.answering.verification.sums import judge_sum
from isletbot.corpus import Caution
from isletbot.finding_reasons import Reason
from isletbot.ports import Entailment
from isletbot.types import Evidence, Finding, Opening, Quote, Sentence

NO_CITATION = Reason("no_quote", "no citation")
_APPROVED = Reason("approved", "approved by a second person with these quotes")
_REMEMBERED = 4096
"""Sentences whose verdict is kept: statements come again and again, and sixty patterns take their time."""


class Verifier:
    """What every sentence is held to: its quotes, what they support, and what the cautions forbid; compiled once."""

    def __init__(
        self, entailment: Entailment, cautions: Sequence[Caution], openings: Mapping[Opening, str] | None = None
    ) -> None:
        self._bans = tuple((re.compile(ban, re.IGNORECASE), caution) for caution in cautions for ban in caution.never)
        self._banned_by = lru_cache(_REMEMBERED)(self._find_ban)
        self._judge = lru_cache(_REMEMBERED)(entailment.judge)
        self._openings = openings or {}

    def _find_ban(self, text: str) -> Caution | None:
        return next((caution for ban, caution in self._bans if ban.search(text)), None)

    def find(self, sentence: Sentence, evidence: Evidence) -> Finding:
        """The finding on one sentence by itself."""
        if not sentence.quotes:
            return Finding(sentence, "unsupported", NO_CITATION)
        for quote in sentence.quotes:
            if problem := _quote_problem(quote, evidence):
                return Finding(sentence, "unsupported", problem)
        if caution := self._banned_by(sentence.text):
            return Finding(
                sentence, "unsupported", Reason("caution", f"caution {caution.id}: {caution.point}", (caution.point,))
            )
        if problem := find_opening_problem(sentence, evidence, self._openings):
            return Finding(sentence, "unsupported", problem)
        bare = without_opening(sentence)
        if is_signed(bare, evidence):
            return Finding(sentence, "supported", _APPROVED)
        quotes = tuple(quote.text for quote in sentence.quotes)
        judgement = judge_sum(bare.text, quotes) or self._judge(bare.text, quotes)
        return Finding(sentence, judgement.outcome, judgement.reason)


def judge_company(finding: Finding, said: frozenset[str], evidence: Evidence) -> Finding:
    """A weaker source's statement that a stronger one corrects never goes out without it. `said` are the keys of what
    goes out."""
    if finding.outcome != "supported":
        return finding
    for quote in finding.sentence.quotes:
        passage = evidence.passage(quote.key)
        if passage and passage.corrected_by and not said.intersection(passage.corrected_by):
            text = f"passage {quote.key!r} is said without its correction"
            return Finding(finding.sentence, "unsupported", Reason("without_correction", text))
    return finding


def _quote_problem(quote: Quote, evidence: Evidence) -> Reason | None:
    passage = evidence.passage(quote.key)
    if passage is None:
        return Reason("quote_not_found", f"key {quote.key!r} is not among the evidence")
    begin, end = quote.start - passage.start, quote.end - passage.start
    if begin < 0 or end > len(passage.text) or begin >= end or passage.text[begin:end] != quote.text:
        text = f"quote does not stand in passage {quote.key!r} at {quote.start}-{quote.end}"
        return Reason("quote_not_found", text)
    return None
