"""What a chat model writes, as text: cut into sentences as they are finished, and each taken apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isletbot.types import Passage, Quote

LONGEST = 700
"""Characters of one line; more is rambling, and is not read."""
NONE = "NONE"
_KEY = r"k[a-z2-7]{6}"
_GROUP = rf"\[\s*{_KEY}[^\[\]\n]*\]"
_END = re.compile(rf"\n|{_GROUP}[.!?]?(?=\s+[^\s\[])")
"""A line's end; or the last citation of a sentence, when the next sentence follows on the same line."""
_LINE = re.compile(
    rf"(?:(?:[-*•]|\d+[.)])\s+)?(?:(?P<part>[A-Z])\s*[:)]\s*)?(?P<text>.*?)\s*(?P<groups>(?:{_GROUP}[.!?]?\s*)*)",
    re.DOTALL,
)
_CITED = re.compile(rf"(?P<key>{_KEY})\s*[|:,]?\s*(?:[\"“](?P<words>[^\"“”]*)[\"”])?")
_ALIKE = ('"“”„', "'‘’ʼ", "–—‑−-")


@dataclass(frozen=True, slots=True)
class Cited:
    key: str
    """As the model was given it, or made it up."""
    words: str
    """What it says the passage says; empty when it only names the passage."""


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    part: str
    """Letter of the question it says it answers; empty when it does not say."""
    cited: tuple[Cited, ...]

    @property
    def declines(self) -> bool:
        return not self.cited and self.text.strip(" .") == NONE


class Rambling(Exception):
    """A line that does not end."""


def cut_sentences(chunks: Iterable[str]) -> Iterator[str]:
    """Each sentence as soon as it is finished; at the end what is left. Raises Rambling."""
    waiting = ""
    for chunk in chunks:
        waiting += chunk
        while ended := _END.search(waiting):
            piece, waiting = waiting[: ended.end()], waiting[ended.end() :]
            if len(piece) > LONGEST:
                raise Rambling
            if piece.strip():
                yield piece.strip()
        if len(waiting) > LONGEST:
            raise Rambling
    if waiting.strip():
        yield waiting.strip()


def read_sentence(piece: str) -> Written:
    """Whatever the piece is; one that is not in the form asked for cites nothing."""
    line = _LINE.fullmatch(piece)
    assert line is not None, "every part of the pattern may be empty"
    text = " ".join(line["text"].split())
    if text and text[-1] not in ".!?" and line["groups"]:
        text += "."
    cited = tuple(Cited(found["key"], (found["words"] or "").strip()) for found in _CITED.finditer(line["groups"]))
    return Written(text, line["part"] or "", cited)


def find_quote(passage: Passage, words: str) -> Quote | None:
    """The passage's own words where `words` stand, but for blanks and the shape of quotation marks and dashes; the
    whole passage when there are none. None when they do not stand there."""
    if not words:
        return Quote(passage.key, passage.text, passage.start, passage.end)
    found = re.search(r"\s+".join(map(_spell, words.split())), passage.text)
    if found is None:
        return None
    return Quote(passage.key, found.group(), passage.start + found.start(), passage.start + found.end())


def _spell(word: str) -> str:
    return "".join(next((f"[{alike}]" for alike in _ALIKE if c in alike), re.escape(c)) for c in word)
