"""What a chat model gets to see: the questions left, and the passages that answer them, under keys of this reply."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from isletbot.answering.verification.sums import asked_back
from isletbot.types import Evidence, Found, Part, Passage, Query, ScoredPassage

_MOST_PASSAGES = 8
"""Of one part: what a small model still reads with care."""


@dataclass(frozen=True, slots=True, eq=False)
class OfferedPart:
    letter: str
    part: Part
    passages: tuple[ScoredPassage, ...]
    """Those that answer it, best first."""

    def relevance(self, key: str) -> float:
        """How relevant this passage is to the part; 0 when it was not offered for it."""
        return next((scored.relevance or 0.0 for scored in self.passages if scored.passage.key == key), 0.0)


@dataclass(frozen=True, slots=True)
class Offer:
    parts: tuple[OfferedPart, ...]
    passages: dict[str, Passage]
    """By the key that this reply gives them: it tells neither position nor rank, and no passage can know it."""

    def only(self, parts: Collection[Part]) -> Offer:
        """The same keys, for some of the parts."""
        kept = tuple(offered for offered in self.parts if offered.part in parts)
        wanted = {scored.passage.key for offered in kept for scored in offered.passages}
        wanted |= {key for passage in self.passages.values() if passage.key in wanted for key in passage.corrected_by}
        return Offer(kept, {key: passage for key, passage in self.passages.items() if passage.key in wanted})

    def answered_by(self, keys: Sequence[str], letter: str) -> Part | None:
        """The part that a sentence with these passages answers: the one it names, else the one they fit best."""
        fits = {offered: max(offered.relevance(key) for key in keys) for offered in self.parts}
        best = max(fits, key=lambda offered: (offered.letter == letter and fits[offered] > 0, fits[offered]))
        return best.part if fits[best] > 0 else None

    @property
    def questions(self) -> str:
        return "\n\n".join(delimit("QUESTION", offered.letter, str(offered.part)) for offered in self.parts)

    @property
    def shown(self) -> str:
        names = {passage.key: name for name, passage in self.passages.items()}
        return "\n\n".join(
            delimit("PASSAGE", name, passage.text, _condition(passage, names))
            for name, passage in self.passages.items()
        )


Fitting = Callable[[Found], Sequence[ScoredPassage]]


def make_offer(query: Query, evidence: Evidence, left: Sequence[Part], find_fitting: Fitting) -> Offer:
    """Only passages that `find_fitting` finds relevant: what they do not say, no model is asked to say."""
    parts: list[OfferedPart] = []
    shown: dict[str, Passage] = {}
    asking = (found for found in evidence.found if found.part in left and not asked_back(found.part))
    for letter, found in zip(ascii_uppercase, asking, strict=False):
        fitting = tuple(find_fitting(found))[:_MOST_PASSAGES]
        if fitting:
            parts.append(OfferedPart(letter, found.part, fitting))
        for scored in fitting:
            shown |= {passage.key: passage for passage in _corrections(scored.passage, evidence)}
            shown[scored.passage.key] = scored.passage
    salt = "\0".join((query.text, *shown))
    return Offer(tuple(parts), {_name("k", salt, key): passage for key, passage in shown.items()})


def _corrections(passage: Passage, evidence: Evidence) -> list[Passage]:
    found = (evidence.passage(key) for key in passage.corrected_by)
    return [correction for correction in found if correction is not None]


def _condition(passage: Passage, names: dict[str, str]) -> str:
    corrections = [names[key] for key in passage.corrected_by if key in names]
    return f", only after {' or '.join(corrections)}" if corrections else ""


def _name(kind: str, *contents: str) -> str:
    digest = hashlib.sha256("\0".join(contents).encode()).digest()
    return kind + base64.b32encode(digest).decode().lower()[:6]


def delimit(kind: str, name: str, text: str, condition: str = "") -> str:
    """On one line, so that no line of the text can be taken for its end."""
    return f"{kind} {name}{condition}\n{' '.join(text.split())}\nEND {name}"
