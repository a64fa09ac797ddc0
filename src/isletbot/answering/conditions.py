"""What a question ties its answer to: a time, a unit, what befell somebody. A statement without it answers another."""

from __future__ import annotations

import re

from isletbot.answering.glossary import Lexicon
from isletbot.answering.text import normalise

_SPAN = r"(?:days?|nights?|weeks?|months?|years?)"
_TIMES = re.compile(
    rf"\b{_SPAN} \d+\b|\b\d+[ -]{_SPAN} (?:data|results?|follow[ -]?up|outcomes?|figures?|later|on\b|out\b|after)"
    rf"|\bafter (?:the first )?\d+ {_SPAN}\b|\bfirst {_SPAN}\b"
)
_UNITS = re.compile(
    r"\b(?:[pnum]mol|[mµun]c?g|m[gl]/?d?l|kg|lbs?|milligrams?|micrograms?|grams?|kilos?|millilit(?:er|re)s?)\b"
)
_BEFELL = re.compile(
    r"\b(?:did|has|have|had|was|were) (?:any ?(?:one|body|of \w+(?: \w+)?|\w+)|some ?(?:one|body)|people|patients|"
    r"participants|volunteers|they) (?:\w+ )?(?:in the \w+ )?(?:have|had|get|got|gotten|develop(?:ed)?|suffer(?:ed)?|"
    r"experienced?|catch|caught) (?!(?:it|that|this|them|one|any)\b)(?P<it>[^?.,;]+?)"
    r"(?= (?:in|during|after|while|from|before|by|at|on|since|within|as|because)\b|[?.,;]|$)"
)


def find_conditions(question: str, lexicon: Lexicon) -> tuple[frozenset[str], ...]:
    """The concepts of each; of every one a statement must speak of some."""
    text = normalise(question)
    times = (lexicon.concepts(match.group()).terms for match in _TIMES.finditer(text))
    tied = [frozenset(term for term in terms if any(map(str.isdigit, term))) or terms for terms in times]
    tied.extend(lexicon.concepts(match.group()).terms for match in _UNITS.finditer(text))
    tied.extend(lexicon.concepts(match["it"]).terms for match in _BEFELL.finditer(text))
    return tuple(filter(None, tied))
