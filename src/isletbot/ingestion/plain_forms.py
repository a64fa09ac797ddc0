"""Holds the plain form of each statement to the statement, and lists what a second person has approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from isletbot.corpus import Corpus
from isletbot.errors import Problem
from isletbot.ingestion.answer_lines import Verify
from isletbot.types import Draft, Evidence, Passage, Quote, Sentence

_REMEDY = "Say only what the statement says, with its figures, times, limits and doubts, or remove the line."


def check_plain_forms(passages: Sequence[Passage], texts: Mapping[str, str], verify: Verify) -> Iterator[Problem]:
    """A problem for each plain form that its statement does not support. `texts` are the digests by source id."""
    for passage in passages:
        quotes = (Quote(passage.key, passage.text, passage.start, passage.end),)
        forms = tuple(Sentence(text, quotes) for text in (passage.say, passage.again) if text)
        # Not signed yet, and held to its own words only: what corrects it is looked at when it is said.
        unsigned = Evidence(found=(), quoted=(replace(passage, say="", again="", corrected_by=()),))
        for finding in verify(Draft("quotes", forms), unsigned).findings:
            if finding.outcome != "supported":
                text = texts.get(passage.source.id, "")
                line = text.count("\n", 0, max(text.find(finding.sentence.text, passage.end), 0)) + 1
                rule = f"a plain form that its statement supports ({finding.outcome}: {finding.reason.text})"
                yield Problem(f"{passage.source.id}.md", line, rule, finding.sentence.text[:80], _REMEDY)


def list_signed(corpus: Corpus) -> Mapping[str, frozenset[str]]:
    """Sentences by the ids of the sources they quote: plain forms, and those of approved answers."""
    sources = {passage.key: passage.source.id for passage in corpus.passages}
    signed: dict[str, set[str]] = {source.id: set() for source in corpus.sources}
    for passage in corpus.passages:
        signed[passage.source.id].update(text for text in (passage.say, passage.again) if text)
    for answer in corpus.answers:
        for sentence in answer.wordings:
            for quote in sentence.quotes:
                signed[sources[quote.key]].add(sentence.text)
    return {source: frozenset(texts) for source, texts in signed.items()}
