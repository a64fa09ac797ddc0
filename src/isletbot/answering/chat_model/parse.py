"""What a chat model writes, as text: cut into sentences as they are finished, and each taken apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from isletbot.answering.chat_model.phrases import SENTENCE_END
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
_INSIDE = re.compile(r"\[([^\[\]]*)\]")
_QUOTED = re.compile(rf"\s*({_KEY})\s*[|:,]?\s*[\"“](.*)[\"”]\s*")
_NAMED = re.compile(rf"\s*{_KEY}(?:[\s,;]+{_KEY})*\s*")
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
    groups = [_read_group(inside) for inside in _INSIDE.findall(line["groups"])]
    return Written(text, line["part"] or "", tuple(cited for group in groups for cited in group) if all(groups) else ())


def _read_group(inside: str) -> tuple[Cited, ...]:
    """One passage with words of it, or passages; nothing when it is neither."""
    if quoted := _QUOTED.fullmatch(inside):
        return (Cited(quoted[1], quoted[2].strip()),)
    return tuple(Cited(key, "") for key in re.findall(_KEY, inside)) if _NAMED.fullmatch(inside) else ()


def find_quote(passage: Passage, words: str) -> Quote | None:
    """The passage's own sentence, or sentences, in which `words` stand, but for blanks and the shape of quotation marks
    and dashes; the whole passage when there are none. None when they do not stand there.

    Never less than a sentence: who says it, and how surely, may stand before the words.
    """
    if not words:
        return Quote(passage.key, passage.text, passage.start, passage.end)
    found = re.search(r"\s+".join(map(_spell, words.split())), passage.text)
    if found is None:
        return None
    ends = list(SENTENCE_END.finditer(passage.text))
    start = max((end.end() for end in ends if end.end() <= found.start()), default=0)
    stop = min((end.start() for end in ends if end.start() >= found.end()), default=len(passage.text))
    return Quote(passage.key, passage.text[start:stop], passage.start + start, passage.start + stop)


def _spell(word: str) -> str:
    return "".join(next((f"[{alike}]" for alike in _ALIKE if c in alike), re.escape(c)) for c in word)
