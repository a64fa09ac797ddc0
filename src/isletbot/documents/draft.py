"""Statements become a draft digest; what an earlier version said of the same words is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from isletbot.answering.text import content_words
from isletbot.documents.sentences import ProposedStatement
from isletbot.ingestion.split import PROPOSED

_SAME_STATEMENT = 70.0
"""Likeness, 0..100, from which a sentence is the changed form of an earlier one and keeps its anchor."""
_STATEMENT = re.compile(r"- (?P<text>.*?)\s*\{#(?P<anchor>[\w-]+)\}\s*")
_WORDS_OF_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class EarlierStatement:
    """One statement of the version that serves."""

    text: str
    """As the digest says it."""
    original: str
    """The original's words it was made of; the digest's where nothing else is known."""
    below: tuple[str, ...] = ()
    """Its lines with plain forms and questions."""


@dataclass(frozen=True, slots=True)
class DraftBody:
    text: str
    statements: Mapping[str, str] = field(default_factory=dict)
    """The original's own words by anchor."""


def read_earlier(digest: str, originals: Mapping[str, str]) -> dict[str, EarlierStatement]:
    """The statements of a digest by anchor; `originals` are the words they were made of."""
    found: dict[str, tuple[str, list[str]]] = {}
    below: list[str] = []
    for line in digest.splitlines():
        if statement := _STATEMENT.fullmatch(line):
            below = []
            found[statement["anchor"]] = statement["text"], below
        elif re.match(r"\s+[?=~]", line):
            below.append(line)
        elif line.strip():
            below = []
    return {
        anchor: EarlierStatement(text, originals.get(anchor, text), tuple(lines))
        for anchor, (text, lines) in found.items()
    }


def write_body(
    statements: Sequence[ProposedStatement], closed: bool, earlier: Mapping[str, EarlierStatement], title: str
) -> DraftBody:
    """Unchanged words keep their anchor and what staff wrote for them; changed ones keep the anchor alone."""
    anchors = _choose_anchors([one.text for one in statements], earlier)
    lines: list[str] = []
    heading = ""
    for statement, anchor in zip(statements, anchors, strict=True):
        place = str(statement.place) or title or "Text"
        if place != heading:
            lines += ["", f"## {place}", ""]
            heading = place
        lines += _write_statement(statement.text, anchor, closed, earlier.get(anchor))
    words = dict(zip(anchors, (one.text for one in statements), strict=True))
    return DraftBody("\n".join(lines) + "\n", words)


def _write_statement(text: str, anchor: str, closed: bool, before: EarlierStatement | None) -> Iterator[str]:
    if before is not None and before.original == text:
        yield f"- {before.text} {{#{anchor}}}"
        yield from before.below
    elif closed:
        yield f"- {PROPOSED} {text} {{#{anchor}}}"
    else:
        yield f"- {text} {{#{anchor}}}"


def _choose_anchors(texts: Sequence[str], earlier: Mapping[str, EarlierStatement]) -> list[str]:
    by_words = {one.original: anchor for anchor, one in earlier.items()}
    chosen = {at: by_words[text] for at, text in enumerate(texts) if text in by_words}
    free = {anchor: one for anchor, one in earlier.items() if anchor not in chosen.values()}
    taken = set(chosen.values())
    for at, text in enumerate(texts):
        if at in chosen:
            continue
        likeness = {anchor: fuzz.ratio(text, one.original) for anchor, one in free.items()}
        best = max(likeness, key=likeness.__getitem__, default="")
        if best and likeness[best] >= _SAME_STATEMENT:
            del free[best]
            chosen[at] = best
        else:
            chosen[at] = _name_anchor(text, taken | earlier.keys())
        taken.add(chosen[at])
    return [chosen[at] for at in range(len(texts))]


def _name_anchor(text: str, taken: set[str]) -> str:
    words = [re.sub(r"[^a-z0-9]+", "-", word).strip("-") for word in content_words(text)]
    name = "-".join([word for word in words if word][:_WORDS_OF_ANCHOR]) or "statement"
    numbers = (f"{name}-{number}" for number in range(2, 100_000))
    return name if name not in taken else next(other for other in numbers if other not in taken)
