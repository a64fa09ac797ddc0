"""Sentences to the citations a person sees: one a passage, numbered in the order of first use."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.types import Citation, Evidence, Quote, Sentence


def cite_sentences(sentences: Sequence[Sentence], evidence: Evidence) -> tuple[Citation, ...]:
    """`sentences` are verified: every passage they quote is among the evidence."""
    first: dict[str, Quote] = {}
    for sentence in sentences:
        for quote in sentence.quotes:
            first.setdefault(quote.key, quote)
    citations = []
    for number, quote in enumerate(first.values(), 1):
        passage = evidence.passage(quote.key)
        assert passage is not None, "verify passes no quote whose passage is not among the evidence"
        citations.append(
            Citation(quote.key, number, passage.source, passage.heading, quote.text, quote.start, quote.end)
        )
    return tuple(citations)
