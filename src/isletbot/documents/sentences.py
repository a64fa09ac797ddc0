"""Blocks become statements: each stands alone, in the document's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isletbot.documents.parsed import DocumentBlock, Place
from isletbot.ingestion.split import MAX_STATEMENT

_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*(?:\s*\[\d[\d,\s–-]*\])?\s+(?=[\"'“‘(\[]?[A-Z0-9À-Þ])")
_NO_END = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|vs|fig|figs|tab|no|nos|al|eq|ref|refs|approx|ca|cf|e\.g|i\.e|etc|inc|ltd|vol|pp?"
    r"|u\.s|u\.k|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\b[A-Z])\.$",
    re.IGNORECASE,
)
"""Matches the end of `by Smith et al.` or `J.`: the sentence goes on."""
_LEANS = re.compile(
    r"(?:it|its|they|their|theirs|them|this|these|those|that|he|she|his|her|such|both|one of (?:them|these)"
    r"|the (?:former|latter)|(?:however|therefore|thus|but|and|so|also|instead|in contrast|similarly|moreover"
    r"|furthermore|for (?:example|instance)|in addition|as a result|of (?:these|them|those))\b,?)(?![\w-])",
    re.IGNORECASE,
)
"""Matches the start of a sentence that says nothing without the one before it."""


@dataclass(frozen=True, slots=True)
class ProposedStatement:
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class LeftOutSentence:
    """Leans on words that are not there, so that it cannot be quoted alone."""

    text: str
    place: Place


def split_sentences(text: str) -> list[str]:
    """Sentences of one paragraph, in order; abbreviations and initials end none."""
    found, start = [], 0
    for end in _END.finditer(text):
        piece = text[start : end.start()]
        if not _NO_END.search(piece.rstrip("\"'”’)]")):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [piece for piece in (*found, text[start:].strip()) if piece]


def make_statements(blocks: Sequence[DocumentBlock]) -> Iterator[ProposedStatement | LeftOutSentence]:
    """Each sentence once; one that leans on the sentence before is joined to it, where both fit into a statement."""
    said: set[str] = set()
    waiting: ProposedStatement | None = None
    for block, sentences in _read_sentences(blocks):
        if waiting is not None and (waiting.place != block.place or block.form != "paragraph"):
            yield from _finish(waiting, said)
            waiting = None
        for sentence in sentences:
            if not _LEANS.match(sentence):
                yield from _finish(waiting, said)
                waiting = ProposedStatement(sentence, block.place)
            elif waiting is None or len(waiting.text) + len(sentence) >= MAX_STATEMENT:
                yield LeftOutSentence(sentence, block.place)
            else:
                waiting = ProposedStatement(f"{waiting.text} {sentence}", waiting.place)
    yield from _finish(waiting, said)


def _read_sentences(blocks: Sequence[DocumentBlock]) -> Iterator[tuple[DocumentBlock, list[str]]]:
    """The sentences of each block; an item of a list begins with the words that lead to the list."""
    lead = ""
    for block in blocks:
        if block.form == "paragraph":
            lead = ""
        text = f"{lead} {block.text}".strip() if block.form == "item" else block.text
        sentences = [text] if block.form == "cell" else split_sentences(text)
        if block.form == "paragraph" and sentences[-1].endswith(":"):
            lead = sentences.pop()
        yield block, sentences


def _finish(statement: ProposedStatement | None, said: set[str]) -> Iterator[ProposedStatement]:
    if statement is None:
        return
    for text in _shorten(statement.text):
        if text.lower() not in said and re.search(r"\w\W+\w", text):
            said.add(text.lower())
            yield ProposedStatement(text, statement.place)


def _shorten(text: str) -> list[str]:
    """Parts at semicolons, where each can stand alone; else the whole, which the check of the corpus then names."""
    if len(text) <= MAX_STATEMENT:
        return [text]
    parts = [part.strip() for part in text.split("; ")]
    alone = all(not _LEANS.match(part) and part[:1].isupper() and len(part) <= MAX_STATEMENT for part in parts)
    return parts if len(parts) > 1 and alone else [text]
