"""A sentence as a chat model's is compared with its source: words in clauses, each marked by what leaving it out does.
Pure; plain English, nothing of the corpus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from isletbot.answering.text import is_negation, normalise, stem, tokenise

_FREE = frozenset(
    "a an the is are was were be been being am has have had having do does did this that these those it its they them "
    "their there here which who whom whose in on at of for from to by with as and also then so itself "
    "themselves".split()
)
"""Words a sentence may bring in or leave out."""
_KEPT = frozenset(
    "or nor if unless only just even about around nearly almost approximately roughly average mean median total "
    "more less fewer greater higher lower least most than below above over under up down within beyond exceed "
    "all every each both none any some many few several half full part single whole other another "
    "before after until since during once first second third last early late "
    "may might can could would should will must likely possible possibly probably perhaps potential potentially "
    "suggest support hypothesis hope hoped plan planned expect expected aim aimed intend believe appear seem "
    "say said report reported state stated judge judged consider considered describe described conclude concluded "
    "list listed claim claimed estimate estimated announce announced according record recorded give gave "
    "free without except mild moderate severe serious adverse interim prespecified main secondary primary "
    "january february march april may june july august september october november december".split()
)
"""Words that may not be left out of a clause of which anything is said."""
_FRAMES = frozenset(
    "if unless may might could would likely possible possibly probably perhaps potential potentially suggest support "
    "hypothesis hope plan expect aim intend believe appear seem say said report state judge consider describe conclude "
    "claim estimate announce name call sum voice mention note warn".split()
)
"""Words that may not be left out of a sentence of which anything is said: who says it, and how surely."""
_EQUAL = (
    "people persons person participants participant patients patient individuals individual recipients recipient",
    "trial trials study studies",
    "got get gets getting received receive receives receiving given",
    "died die dies death deaths",
    "said say says saying report reports reported state states stated",
)
_SAME = {stem(word): f"={words.split()[0]}" for words in _EQUAL for word in words.split()}
_KEPT_STEMS = frozenset(stem(word) for word in _KEPT)
_FRAME_STEMS = frozenset(stem(word) for word in _FRAMES)
_OPENS = re.compile(
    r"(?:ed|ing)$|^(?:given|made|grown|taken|shown|known|of|in|on|at|for|from|to|by|with|as|that|which|who|whose)$"
)
"""How a word ends, or which it is, that opens a phrase after a noun: people given the drug."""
SENTENCE_END = re.compile(r"(?<=[a-z\d)%\"”][.!?])\s+(?=[\"“(]?[A-Z\d])")
_SEGMENT = re.compile(r";\s+|,\s+(?=(?:and|but|while|whereas)\s)")
_CLAUSE = re.compile(r"[,;:()]+(?=\s|$)|\s\(|\s+(?=(?:and|but|while|whereas)\s)")
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(rf"\b(?:in|on) ((?:\d{{1,2}} )?(?:(?:{_MONTH}) )?(?:19|20)\d\d),?(?=[ .]|$)")
_GROUPS = re.compile(r"\bparts? ([a-z])\b(?:(?:,| and) ([a-z])\b)?")
_PART = re.compile("part[a-z]")
_WRITTEN_OUT = (
    (re.compile(r"^of ((?:the|these|those|all) [\w-]+[^,]*), (\d+|[a-z]+)\b"), r"\2 of \1,"),
    (re.compile(r"^according to ([^,]+), "), r"\1 said that "),
    (re.compile(r"(?<=\d)\s*(?:per ?cent)\b"), "%"),
    (re.compile(r"\bunited kingdom\b"), "uk"),
    (re.compile(r"\bunited states\b"), "us"),
    (re.compile(r"\bimmuno-?suppress(?:ive|ing|ant)\b"), "immune suppressing"),
    (re.compile(r"aemi(?=[ac]s?\b)"), "emi"),
    (re.compile(r"\bcannot\b"), "can not"),
    (re.compile(r"\b(by|to) (?=(?:about |over |more than )?\d)"), r"\1# "),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    """Its stem, or the same mark for words that mean the same."""
    clause: int
    free: bool
    """May be brought in or left out."""
    kept: bool
    """May not be left out of its clause."""
    frame: bool
    """May not be left out of its sentence."""
    named: bool
    """A group, a number or a day."""
    opens: bool
    """May be the first of a phrase that is left out."""


def split_sentences(text: str) -> list[str]:
    return [piece for piece in SENTENCE_END.split(" ".join(text.split())) if piece]


def split_segments(sentence: str) -> list[str]:
    """Parts of a sentence that may each rest on another source."""
    return [piece for piece in _SEGMENT.split(sentence) if any(not word.free for word in read_words(piece))]


@lru_cache(2048)
def read_words(text: str, dated: bool = False) -> tuple[Word, ...]:
    """With `dated` a sentence's one date stands at its end, as one word: wherever it stands, it dates the whole."""
    plain = normalise(text)
    for pattern, written in _WRITTEN_OUT:
        plain = pattern.sub(written, plain)
    plain = _GROUPS.sub(lambda found: " ".join(f"part{group}" for group in found.groups() if group), plain)
    if dated and len(dates := _DATE.findall(plain)) == 1:
        plain = f"{_DATE.sub('', plain)}, @{dates[0].replace(' ', '-')}"
    return tuple(
        _read_word(token, number) for number, clause in enumerate(_CLAUSE.split(plain)) for token in _tokens(clause)
    )


def _read_word(token: str, clause: int) -> Word:
    denies = is_negation(token)
    root = "not" if denies and (token.endswith("t") or token == "never") else stem(token)
    dated = token.startswith("@")
    named = any(c.isdigit() for c in token) or _PART.fullmatch(token) is not None
    free = token in _FREE
    return Word(
        text=_SAME.get(root, root),
        clause=clause,
        free=free,
        kept=named or denies or token in _KEPT or root in _KEPT_STEMS,
        frame=dated or root in _FRAME_STEMS,
        named=named,
        opens=_OPENS.search(token) is not None,
    )


def _tokens(clause: str) -> Iterator[str]:
    for piece in clause.split():
        if piece.startswith("@") or piece.endswith("#"):
            yield piece
        else:
            yield from tokenise(piece)
