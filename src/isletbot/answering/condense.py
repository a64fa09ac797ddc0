"""Second step of the line: makes each question of a message stand alone, as a Query. It uses no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from isletbot.answering.asides import drop_asides
from isletbot.answering.glossary import Lexicon
from isletbot.answering.parts import split_parts
from isletbot.answering.text import content_words, tokenise
from isletbot.messages import join_turns
from isletbot.types import Part, Query, Question, Triage

_MOST_CARRIED = 4
_REACH = 4
"""Earlier user turns that a follow-up may lean on."""

# "why?", "but how come": it asks what the question before it asked, so it is read in front of that.
_WHY = re.compile(
    r"(?:and |but |so |ok |oh )*(?:why|how come|how so|for what reason)(?: not| (?:is|was) (?:that|this|it))?\W*",
    re.IGNORECASE,
)
_LEANS = frozenset(
    "it its they them their theirs those these that this he she his her one ones same other others both".split()
)
PLAIN = Triage(route="answer", rule="none", reason="not read")
_OPENERS = frozenset("and but so then also why ok okay".split())


def condense_question(question: Question, lexicon: Lexicon, triage: Triage = PLAIN, listed: bool = False) -> Query:
    """The question in its parts, without thanks around it and without what it takes back; no word is changed. It leans
    on no turn that triage found beside the topic. A `listed` way of asking is not taken apart."""
    text = question.text if listed else drop_asides(question.text)
    said = [turn for place, turn in enumerate(question.said_by("user")) if place not in triage.asides]
    before = said[-1:]
    carried = _carry_history(said, lexicon)
    pieces = [text] if listed else [piece for piece in split_parts(text) if piece not in triage.small_talk]
    parts: list[Part] = []
    for piece in pieces:
        if piece in triage.off_topic:
            parts.append(Part(piece, off_topic=True))
            continue
        corrected = lexicon.write_out(piece)
        leans = _leans_on(corrected, lexicon) or (len(parts) > 0 and not lexicon.subjects(corrected))
        leans_on = (
            " ".join([phrase for phrase in carried if phrase not in corrected.lower()][:_MOST_CARRIED]) if leans else ""
        )
        bare = bool(before) and _WHY.fullmatch(piece) is not None
        message = " ".join(f"{piece} {before[0]}".split()) if bare else join_turns(piece, before[0] if before else "")
        parts.append(Part(piece, leans_on, message, f"{corrected} {leans_on}".strip()))
        carried = tuple(dict.fromkeys((*lexicon.subjects(corrected), *carried)))
        before = [piece]
    return Query(text=text, parts=tuple(parts), said=question.said_by("assistant"), before=question.history)


def _carry_history(said: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """What a follow-up leans on: the subjects of earlier user turns, the nearest turn first."""
    carried: list[str] = []
    for turn in reversed(said[-_REACH:]):
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
