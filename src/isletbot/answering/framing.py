"""What a person says around a question: who wants to know, who said so, and tags such as "Is that right?". Pure."""

from __future__ import annotations

import re

from isletbot.answering.glossary import Lexicon
from isletbot.answering.text import content_words, tokenise

_SAID = (
    r"(?:says?|said|saying|claims?|claimed|swears?|swore|reckons?|insists?|"
    r"(?:told|tells|telling) (?:me|us|him|her|them|my \w+|everyone|people))(?: that)?"
)
_WONDERED = (
    r"(?:knows?|knew|wonder(?:s|ed|ing)?|ask(?:s|ed|ing)?(?: (?:me|us|you))?|believed?s?|thinks?|thought|hears?|heard|"
    r"read|saw|understood|understand(?:ing)?(?: (?:is|was))?|impression(?: (?:is|was))?|assum(?:e|ed|ing)|mentioned|"
    r"argue[sd]?|curious|sure|certain|unsure|tell (?:me|us)|find out|figure out|check|confirm) (?:that|whether|if)"
)
_WHAT_FOR = r"(?:for (?:an?|my|our|the)|help|quick|quote|as an?|just|asking|out of|one (?:more )?(?:thing|question))\b"
_CLAUSE = re.compile(rf"^(?P<frame>.*?\b(?:{_SAID}|{_WONDERED}))[\s:,]+(?P<said>\S.*)$", re.IGNORECASE | re.DOTALL)
_OPENER = re.compile(rf"^(?P<frame>{_WHAT_FOR}[^:,?.!]{{0,50}})[:,]\s+(?P<said>\S.*)$", re.IGNORECASE | re.DOTALL)
_QUESTION_WORDS = frozenset("what who whose whom how why when where which".split())


def strip_frame(sentence: str, lexicon: Lexicon) -> str:
    """The sentence without the words that only say what the answer is for, or who wonders or claims it: "My aunt swears
    that it is a cure" is about the cure. Words that name a source, or what the digests speak of, are kept, and so are
    those that nothing follows and those that ask."""
    for frame in (_OPENER, _CLAUSE):
        match = frame.match(sentence)
        if match and content_words(match["said"]) and not _asks(match["frame"]) and lexicon.is_beside(match["frame"]):
            sentence = match["said"]
    return sentence


def is_tag(sentence: str) -> bool:
    """Whether a question only asks if what was said before it holds: "Is that right?", "Fact or fiction?"."""
    return not _asks(sentence) and not content_words(sentence)


def _asks(text: str) -> bool:
    return not _QUESTION_WORDS.isdisjoint(tokenise(text))
