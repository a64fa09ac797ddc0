"""What no sentence of a chat model may do, whatever its quotes say: named here so that the trace can name it. Pure."""

from __future__ import annotations

import re

_RULES = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("a link or markup", r"https?:|www\.|<[a-z/!]|\]\(|\*\*|__|`|^\s*#|\||\[|\]|&\w+;"),
        (
            "a picture or a hidden character",  # whatever the case: folded, the range would hold the letter k
            "(?-i:[\x00-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2bff\ufeff\U0001f000-\U0001faff])",
        ),
        ("asks or shouts", r"[?!]"),
        ("speaks to the reader", r"\b(?:you|your|yours|yourself|u)\b"),
        (
            "speaks of itself",
            r"\bi(?:'|’| am| can| will| think| recommend| suggest| have)|\b(?:me|my|we|our)\b|\bas an ai\b",
        ),
        (
            "advises",
            r"^(?:please|ask|stop|start|take|call|talk|speak|consult|contact|try|avoid|consider|do not|don't)\b"
            r"|\bit is (?:best|important|advisable) to\b",
        ),
        (
            "reassures",
            r"\b(?:nothing|no need|no reason) to (?:worry|fear)|\b(?:do not|don't|never) worry\b|\brest assured\b"
            r"|\b(?:perfectly|completely|totally|entirely|quite) (?:safe|fine|harmless|normal)\b|\bsafe to \w+"
            r"|\bno cause for (?:concern|alarm)\b|\bharmless\b|\bbe fine\b|\bgood news\b",
        ),
        ("greets", r"^(?:hi|hello|hey|dear|thanks|thank you|sure|certainly|of course|great question|welcome)\b"),
        ("is not in English", r"[^\W\d_a-zµ]{3,}"),
    )
)


def find_misconduct(text: str) -> str:
    """The first rule the text breaks; empty when it breaks none."""
    return next((name for name, pattern in _RULES if pattern.search(text)), "")
