"""Question and history to a stand-alone Query: the separate questions in it, and what each leans on. No model."""

from __future__ import annotations

import re

from isletbot.answering.asides import drop_asides
from isletbot.answering.glossary import Lexicon
from isletbot.answering.text import content_words, tokenise
from isletbot.messages import join_turns
from isletbot.types import Part, Query, Question

_MOST_PARTS = 3
_MOST_CARRIED = 4
_REACH = 4
"""Earlier user turns that a follow-up may lean on."""

# A full stop only after a letter, a bracket or a percent sign: "at 7.5 mmol" and "approx. 12" stay whole.
_SENTENCE_END = re.compile(r"(?<=[?!])\s+|(?<=[a-z)%]\.)\s+|(?<=\d\.)\s+(?=[A-Z])|\n+")
# "who paid for it and how many died" is cut before "how"; "safe and well" is not.
_JOINT = re.compile(
    r",?\s+(?:and|but|&)\s+(?=(?:also\s+|(?:in|to|at|for|by|from|with|of|on)\s+)?(?:what|who|whose|how|why|when|where|which|is|are|did|does|do|can|was|were|has|have|will)\b)",
    re.IGNORECASE,
)
# "and how is it given", "tell me who paid"; not "my son asked me".
_ASKS = re.compile(
    r"^(?:and|but|so|ok|okay|also|then|well|please|hi|hello)?[\s,]*"
    r"(?:what|who|whose|how|why|when|where|which|is|are|did|does|do|can|could|was|were|has|have|will|would|should|tell|"
    r"explain|describe|list|name|give|show|compare|summari[sz]e)\b",
    re.IGNORECASE,
)
# "why?", "but how come": it asks what the question before it asked, so it is read in front of that.
_WHY = re.compile(
    r"(?:and |but |so |ok |oh )*(?:why|how come|how so|for what reason)(?: not| (?:is|was) (?:that|this|it))?\W*",
    re.IGNORECASE,
)
_LEANS = frozenset(
    "it its they them their theirs those these that this he she his her one ones same other others both".split()
)
_OPENERS = frozenset("and but so then also why ok okay".split())


def condense_question(question: Question, lexicon: Lexicon) -> Query:
    """The question in its parts, without thanks around it and without what it takes back; no word is changed."""
    text = drop_asides(question.text)
    before = question.said_by("user")[-1:]
    carried = _carry_history(question, lexicon)
    pieces = _split_parts(text)
    parts: list[Part] = []
    for piece in pieces:
        corrected = lexicon.write_out(piece)
        leans = _leans_on(corrected, lexicon) or (len(parts) > 0 and not lexicon.subjects(corrected))
        leans_on = (
            " ".join([phrase for phrase in carried if phrase not in corrected.lower()][:_MOST_CARRIED]) if leans else ""
        )
        bare = bool(before) and _WHY.fullmatch(piece) is not None
        message = " ".join(f"{piece} {before[0]}".split()) if bare else join_turns(piece, before[0] if before else "")
        parts.append(Part(piece, leans_on, message, f"{corrected} {leans_on}".strip()))
        carried = tuple(dict.fromkeys((*lexicon.subjects(corrected), *carried)))
        before = (piece,)
    return Query(text=text, parts=tuple(parts), said=question.said_by("assistant"))


def _carry_history(question: Question, lexicon: Lexicon) -> tuple[str, ...]:
    """What a follow-up leans on: the subjects of earlier user turns, the nearest turn first."""
    carried: list[str] = []
    for turn in reversed(question.said_by("user")[-_REACH:]):
        corrected = lexicon.write_out(turn)
        carried.extend(lexicon.subjects(corrected) or content_words(corrected))
        if not _leans_on(corrected, lexicon):
            break
    return tuple(dict.fromkeys(carried))


def _leans_on(text: str, lexicon: Lexicon) -> bool:
    """Whether a text needs what came before: it names no subject, and opens like a follow-up or points back."""
    if lexicon.subjects(text):
        return False
    tokens = tokenise(text)
    content = len(content_words(text))
    opens = (tokens[:1] != [] and tokens[0] in _OPENERS) or tokens[:2] in (["what", "about"], ["how", "about"])
    return opens or content <= 1 or (content <= 3 and any(token in _LEANS for token in tokens))


def _split_parts(text: str) -> tuple[str, ...]:
    """The separate questions in a text. One question keeps every word around it: so are messages in the bank."""
    asked: list[str] = []
    background = ""
    for sentence in _SENTENCE_END.split(text):
        for piece in _JOINT.split(sentence):
            if piece.endswith("?") or _ASKS.match(piece):
                asked.append(f"{background} {piece}".strip())
                background = ""
            else:
                background = f"{background} {piece}".strip()
    if len(asked) < 2 or len(asked) > _MOST_PARTS:
        return (text,)
    if background:
        asked[-1] = f"{asked[-1]} {background}"
    return tuple(asked)
