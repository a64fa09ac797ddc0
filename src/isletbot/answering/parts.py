"""Tells the separate questions of one message apart, by its punctuation and the order of its words. Pure."""

from __future__ import annotations

import re

_MOST_PARTS = 3
_FEWEST_WORDS = 2
"""Words that are no question of their own yet, before another that no mark parts from them."""

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
_VERB = r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)"
# A question and, without a mark between, the next: "how is it given | how long does it take". Only a question of its
# own has the verb before the subject: "do you know how long it takes" stays whole.
_NEXT = re.compile(
    rf"(?<![,;:])\s+(?=(?:what|why|when|where|how(?: (?:long|many|much|often|soon|safe|far|old)(?: \w+)?)?|which \w+)"
    rf" {_VERB}\s+\w+)",
    re.IGNORECASE,
)
# What a clause hangs on: "do you know what is in it", "the same as what was published", "and if not how do they".
_HANGS = re.compile(
    r"\b(?:know|known|clear|tell|me|say|about|or|and|of|than|wonder|ask|if|explain|understand|exactly|just|is|was|are|in|on|to|for|by|"
    r"from|with|at|so|but|see|show|sure|learn|as|not|did|do|list|describe|like|then|because|words|sentences|um|lol|n)$",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"^(?:(?:and|but|so|ok|okay|also|then|well|please|hi|hello)[\s,]+)?"
    rf"(?:(?:what|why|when|where|who|how(?: \w+){{0,2}}?|which \w+) (?:{_VERB}|\w+ed|paid|made|won|ran|wrote)|"
    rf"(?!\w+ you\b){_VERB})\s+\w+",
    re.IGNORECASE,
)
"""A question with its verb, so that what follows it can be the next one."""


def split_parts(text: str) -> tuple[str, ...]:
    """The separate questions in a text. One question keeps every word around it: so are messages in the bank."""
    asked: list[str] = []
    background = ""
    for sentence in _SENTENCE_END.split(text):
        for piece in (one for joined in _JOINT.split(sentence) for one in _split_run_on(joined)):
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


def _split_run_on(text: str) -> list[str]:
    """Cuts before a question that no mark parts from the one before it."""
    for place in _NEXT.finditer(text):
        first = text[: place.start()]
        if len(first.split()) > _FEWEST_WORDS and _WHOLE.match(first) and not _HANGS.search(first):
            return [first, *_split_run_on(text[place.end() :])]
    return [text]
