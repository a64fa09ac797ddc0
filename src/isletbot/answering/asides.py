"""Drops what a person says around a question: thanks, and what they take back before they say what they meant."""

from __future__ import annotations

import re

_THANKS = (
    r"(?:many thanks|thanks|thank you|thank u|thx|tx|ty|tysm|cheers|ta|much appreciated|gracias|merci|danke|"
    r"obrigad[oa]|grazie)(?: (?:so|very|much|a lot|a million|again|for (?:that|this|your help)|in advance|mate|you))*"
)
# "Thanks. Is it approved?", "ok thank you, when does it end"
_BEFORE = re.compile(rf"^(?:(?:ok|okay|oh|great|good|right|ah|perfect)[,.! ]+)*{_THANKS}\s*[,.!;:-]+\s*", re.IGNORECASE)
# "Is it approved? Gracias", "when does it end, thanks!"
_AFTER = re.compile(rf"(?:(?<=[?.!])\s*|\s*,\s*|\s+(?=\S+\W*$)){_THANKS}[\s.!:)]*$", re.IGNORECASE)
_QUESTION = re.compile(
    r"\?\W*$|^(?:and |but |so |also |then )*(?:what|who|whose|how|why|when|where|which|is|are|did|does|do|can|could|"
    r"was|were|has|have|will|would|tell|explain|list|show|give)\b",
    re.IGNORECASE,
)
# "no, I meant the side effects", "How many died? Sorry, I mean how many took part"
_MEANT = re.compile(
    r"^(?:.*[?.!,;:\s-])?(?:no|nope|nah|sorry|wait|oops|not that|wrong)?[\s,.;:!-]*"
    r"\b(?:what )?i (?:actually |really )?(?:meant|mean|was asking|wanted to (?:ask|know)|asked)(?: (?:was|is))?"
    r"(?: (?:about|for))?\b[\s,:]*(?!(?:to|it|that|well)\b)(?=\w+)",
    re.IGNORECASE | re.DOTALL,
)
_OPENS = re.compile(
    r"^(?:no|nope|nah|sorry|wait|oops|not that|(?:what )?i (?:actually |really )?meant?)\b", re.IGNORECASE
)
# "not the dose, the deaths", "no, not how it is given but how it is made"
_NOT_THIS = re.compile(
    r"^(?:no|nope|nah|sorry)?[\s,.!]*not (?:the|about|for|how|what|who|when|where|why)\b[^,;.?!]*?"
    r"(?:\s*[,;.]\s*(?:but |rather |i meant )?|\s+but\s+)(?=\w)",
    re.IGNORECASE,
)


def drop_asides(text: str) -> str:
    """Returns the question without thanks around it, from where the person says what they meant. Thanks stay where they
    leave no question."""
    return _drop_thanks(_drop_taken_back(" ".join(text.split())))


def _drop_taken_back(text: str) -> str:
    for taken_back in (_MEANT, _NOT_THIS):
        found = taken_back.match(text)
        if found and (taken_back is _NOT_THIS or _OPENS.match(text) or _says_no(found.group())):
            return text[found.end() :].strip()
    return text


def _says_no(before: str) -> bool:
    """Tells whether a correction within a message is one: "I told them what I meant by it" is not."""
    return (
        re.search(r"(?:^|[?.!,;:\s-])(?:no|nope|nah|sorry|wait|oops)[\s,.;:!-]+(?:what )?i\b", before, re.I) is not None
    )


def _drop_thanks(text: str) -> str:
    for around in (_AFTER, _BEFORE):
        rest = around.sub("", text, count=1).strip()
        if rest != text and _QUESTION.search(rest):
            text = rest
    return text
