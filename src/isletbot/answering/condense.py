"""Question and history to a stand-alone Query, by rules: spelling, the separate questions in it, what it leans on."""

from __future__ import annotations

import re

from isletbot.answering.comparison import split_comparison
from isletbot.answering.framing import is_tag, strip_frame
from isletbot.answering.glossary import Lexicon
from isletbot.answering.text import content_words, tokenise
from isletbot.types import Part, Query, Question

_MOST_PARTS = 3
_MOST_CARRIED = 4
_REACH = 4
"""Earlier user turns that a follow-up may lean on."""

_SENTENCE_END = re.compile(r"(?<=[?!])\s+|(?<=[a-z)%]\.)\s+|(?<=\d\.)\s+(?=[A-Z])|\n+")
_JOINT = re.compile(
    r",?\s+(?:and|but|&)\s+(?=(?:also\s+|(?:in|to|at|for|by|from|with|of|on)\s+)?(?:what|who|whose|how|why|when|where|which|is|are|did|does|do|can|was|were|has|have|will)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:and|but|so|ok|okay|also|then|well|please|hi|hello)?[\s,]*"
    r"(?:what|who|whose|how|why|when|where|which|is|are|did|does|do|can|could|was|were|has|have|will|would|should|tell|"
    r"explain|describe|list|name|give|show|compare|summari[sz]e)\b",
    re.IGNORECASE,
)
_LEANS = frozenset(
    "it its they them their theirs those these that this he she his her one ones same other others both".split()
)
_POINTS_BACK = re.compile(
    r"\b(?:with|of|about|from|for|by) (?:it|them|those|that)\b|\b(?:is|was|were|are) (?:that|this|those|these)\W*$",
    re.IGNORECASE,
)
_OPENERS = frozenset("and but so then also why ok okay".split())


def condense_question(question: Question, lexicon: Lexicon) -> Query:
    """The question unchanged but for spelling when it stands alone; no model is called."""
    text = lexicon.correct(" ".join(question.text.split()))
    parts: list[Part] = []
    before = _carry_history(question, lexicon)
    for piece, follows in _split_parts(text, lexicon):
        if sides := split_comparison(piece, lexicon):
            parts.extend((Part(sides[0], sides[1]), Part(sides[1], sides[0])))
            continue
        leans = _leans_on(piece, lexicon) or (follows and not lexicon.subjects(piece))
        leans_on = [phrase for phrase in before if phrase not in piece.lower()] if leans else []
        if not leans_on and not content_words(piece) and _LEANS.intersection(tokenise(piece)):
            leans_on = [lexicon.topic]
        parts.append(Part(piece, " ".join(leans_on[:_MOST_CARRIED])))
        before = tuple(dict.fromkeys((*lexicon.subjects(piece), *before)))
    return Query(text=text, parts=tuple(parts), said=question.said_by("assistant"))


def _carry_history(question: Question, lexicon: Lexicon) -> tuple[str, ...]:
    """What a follow-up leans on: the subjects of earlier user turns, the nearest turn first."""
    carried: list[str] = []
    earlier = question.said_by("user")[-_REACH:]
    for turn in reversed(earlier):
        turn_text = lexicon.correct(turn)
        carried.extend(_subjects(turn_text, lexicon))
        if not _leans_on(turn_text, lexicon):
            break
    return tuple(dict.fromkeys(carried))


def _subjects(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    return lexicon.subjects(text) or content_words(text)


def _leans_on(text: str, lexicon: Lexicon) -> bool:
    """Whether a text needs what came before: it opens like a follow-up or points back, and names no subject itself."""
    if _POINTS_BACK.search(text):
        return True
    if lexicon.subjects(text):
        return False
    tokens = tokenise(text)
    content = len(content_words(text))
    opens = (tokens[:1] != [] and tokens[0] in _OPENERS) or tokens[:2] in (["what", "about"], ["how", "about"])
    return opens or content <= 1 or (content <= 3 and any(token in _LEANS for token in tokens))


def _split_parts(text: str, lexicon: Lexicon) -> tuple[tuple[str, bool], ...]:
    """The separate questions in a text, each with whether its sentence began with another."""
    pieces: list[tuple[str, bool]] = []
    for sentence in _find_questions(text, lexicon):
        first = len(pieces)
        for piece in _JOINT.split(sentence):
            if pieces and (_says_nothing(piece) or _says_nothing(pieces[-1][0])):
                pieces[-1] = (f"{pieces[-1][0]} {piece}", pieces[-1][1])
            else:
                pieces.append((piece, len(pieces) > first))
    if len(pieces) > _MOST_PARTS:
        rest = pieces[_MOST_PARTS - 1 :]
        pieces[_MOST_PARTS - 1 :] = [(" ".join(piece for piece, _ in rest), rest[0][1])]
    return tuple(pieces)


def _find_questions(text: str, lexicon: Lexicon) -> list[str]:
    """The sentences that ask. What is said before one that leans on it stays with it, and is the question when that
    only asks if it holds; other background goes with none of them, unless there is no question."""
    asked: list[str] = []
    background = ""
    for piece in _SENTENCE_END.split(text):
        sentence = strip_frame(piece.strip(), lexicon)
        if not (sentence.endswith("?") or _ASKS.match(sentence)):
            background = f"{background} {sentence}".strip()
            continue
        if background and _leans_on(sentence, lexicon):
            sentence = background if is_tag(sentence) else f"{background} {sentence}"
        asked.append(sentence)
        background = ""
    return asked or [strip_frame(text, lexicon)]


def _says_nothing(piece: str) -> bool:
    return not content_words(piece) and not _LEANS.intersection(tokenise(piece))
