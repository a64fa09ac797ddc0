"""This module splits a reply into sentences and list items and finds the phrases by which it speaks of itself. Pure."""

from __future__ import annotations

import re

_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9*•-])|\n+")
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|No|U\.S|approx|Jr|Sr|Inc)\.|^\s*\d{1,2}[.)]|\b[A-Z]\.)$"
)
ITEM = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)]|step \d+[:.]?)\s*", re.IGNORECASE)
FRAME = re.compile(
    r"(?<!\w)(?:(?:sure[,!]? )?i can help you with that|"
    r"(?:based on|according to|from|as (?:stated|mentioned) in|in) (?:the )?"
    r"(?:(?:given|provided|above|following|three) )?"
    r"(?:passages?|texts?|articles?|information|context)"
    r"(?: provided| given)?(?: \d(?:(?:,| and|, and) \d)*)?|"
    r"passages? \d(?:(?:,| and|, and|-) ?(?:passages? )?\d)*|(?:the )?(?:given|provided) passages?|passages?|"
    r"therefore|so|in summary|to summarize|overall|in conclusion|thus|additionally|furthermore|moreover|however|also|"
    r"finally|(?:please )?note that|it(?:'s| is) (?:also )?(?:important|worth) (?:to note|noting) that|"
    r"here(?:'s| is| are)|the following (?:is|are)|(?:the (?:best )?|my |a brief )?answer to the question|in brief|"
    r"unable to answer|i hope this helps|let me know if you have any (?:further|other|more) questions|"
    r"i'd be happy to help|can be summarized as(?: follows)?|as follows|follow these steps|steps?|tips?|brief|guide|"
    r"mentioned|states?|stated|provides?|suggests?|mentions?|according|question|answer)(?!\w)",
    re.IGNORECASE,
)
"""Matches what a reply says of itself and its passages, not of the subject."""
DOES_NOT_KNOW = re.compile(
    r"(?:\W*(?:i'm |i am )?(?:sorry|afraid|unfortunately)\W+(?:but )?)?(?:that )?(?:i|we) (?:(?:really|just|simply) )?"
    r"(?:(?:do not|don't|dont) know(?: (?:that|this|it|the answer))?|have no idea|am not sure|can(?:no|')t say)\W*|"
    r"i'm not sure\W*|(?:the answer is )?(?:unknown|not known)\W*",
    re.IGNORECASE,
)
"""Matches a whole reply that says nothing of the matter and nothing of the passages."""
_PHRASES = {
    "declines": r"\b(?:unable to answer|can(?:no|')t answer|(?:do|does|did)(?: not|n't) (?:provide|contain|mention|"
    r"specify|include|give|explicitly|offer|address|state|directly|have)|not (?:mentioned|provided|specified|stated|"
    r"explicitly|possible to|addressed|given)|no (?:information|mention)|unclear|(?:in|not )sufficient|"
    r"not enough information|lack of information)\b",
    "speaks_of_passages": r"\b(?:passages?|provided|given|text|article|context|according to|based on|here (?:is|are)|"
    r"here's|following)\b",
    "advises": r"\b(?:important to|it(?: is|'s) (?:essential|recommended|advisable|best|worth|important|always)|"
    r"consult|make sure|be sure|note that|please|remember|should|you can|consider|ensure|always)\b",
    "concludes": r"^\W*(?:therefore|so|overall|in (?:summary|conclusion)|thus|to summarize|in short|finally|"
    r"additionally|furthermore|moreover|also|however)\b",
    "elaborates": r"\b(?:such as|includ(?:ing|es?)|for example|like|e\.g|which can|can help|may|might|could|various|"
    r"overall|due to|because|leading to|resulting in|making|allowing|helping|providing|ensuring|depending on)\b",
    "compares": r"\b(?:while|whereas|compared|rather than|instead|unlike|more|less|better|than)\b",
}
MARKS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PHRASES.items()}


def split_sentences(text: str) -> list[str]:
    """Splits into sentences, lines and list items, in order."""
    found, start = [], 0
    for end in _BREAK.finditer(text):
        if "\n" in end.group() or not _NO_END.search(text[start : end.start()].strip()):
            found.append(text[start : end.start()])
            start = end.end()
    return [piece for piece in (*found, text[start:]) if piece.strip()]
