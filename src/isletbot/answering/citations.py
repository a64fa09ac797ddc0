"""Makes and numbers the citations of an answer: one a passage. A source gets its number when it is first cited, so
several quotes of one source share a number. A quote runs from the first to the last of the words that are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.types import Citation, Evidence, Sentence


def cite_sentences(sentences: Sequence[Sentence], evidence: Evidence) -> tuple[Citation, ...]:
    """`sentences` are verified: every passage they quote is among the evidence."""
    spans: dict[str, tuple[int, int]] = {}
    for quote in (quote for sentence in sentences for quote in sentence.quotes):
        start, end = spans.get(quote.key, (quote.start, quote.end))
        spans[quote.key] = min(start, quote.start), max(end, quote.end)
    citations = []
    numbers: dict[str, int] = {}
    for key, (start, end) in spans.items():
        passage = evidence.passage(key)
        assert passage is not None, "verify passes no quote whose passage is not among the evidence"
        words = passage.text[start - passage.start : end - passage.start]
        number = numbers.setdefault(passage.source.id, len(numbers) + 1)
        citations.append(Citation(key, number, passage.source, passage.heading, words, start, end))
    return tuple(citations)
