"""Text to words: tokens, stems, numbers. Pure; knows English, nothing of the corpus."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

_MARKS = {
    **dict.fromkeys(map(ord, "‘’‛ʼ`´′"), "'"),
    **dict.fromkeys(map(ord, "“”„«»"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    0x1F198: " sos ",
}
_SPACES_OF_NO_WIDTH = re.compile("[\u200b\u2060\ufeff]+")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
LOOK_ALIKES = str.maketrans(
    "авеԁеҽһіјӏкӏмпорсѕтцухуѵԝгβαɑεηικνορτυχϲϳсԛɡıАВЕНІЈКМОРСЅТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "abedeehijlklmnopcstuyxyvwrbaaenikvoptuxcjcqgiABEHIJKMOPCSTYXABEZHIKMNOPTYX",
)
"""Cyrillic, Greek and other letters that a person takes for Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"[a-z]+\d[a-z0-9]*|[a-z]+(?:'[a-z]+)?(?:-\d+)?|\d+(?:[.,]\d+)*%?|[^\W\d_a-z]+")
_STEMMER = Stemmer.Stemmer("english")

_YES_OR_NO = re.compile(
    r"(?:^|[.!?,;:]\s*|\b(?:so|and|but|or|then|ok|if|whether)\s+)"
    r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should|may|might|am)\s+\w"
    r"|\b(?:right|correct|true|yes or no)\W*$"
)
"""Matches `did all stop?`, `ok so is it safe`, `everybody stopped, right?`; not `how many did`, `what it is`."""

_QUESTION_WORD = re.compile(r"\b(?:what|wat|wot|which|who|where|when|how|why)s?\b")
_TURNED = re.compile(r"\b(?:am i|was i|is (?:he|she|that|this|it)) (?:wrong|mistaken)\b")

NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being but by can cannot could did do
    does doing down each else even ever every few for from get gets getting give go going got had has have having he
    her here hers him his how i if in into is it its just know let like many may me might more most much must my need
    no nor not now of off ok okay on once one ones only or other others our out over own please put said same say says
    see shall she should so some such tell than thank thanks that the their theirs them then there these they thing
    things this those through to too under until up us very want was way we well were what when where whether which
    while who whom whose why will with without would yes yet you your yours
    """.split()
)
"""Function words, and the few verbs that carry a question but not its subject."""

NEGATIONS = frozenset({"no", "not", "never", "none", "nor", "neither", "without", "nobody", "nothing", "cannot"})


def fold_characters(text: str) -> str:
    """One character for what looks the same: full width, styled and look-alike letters, quotes, dashes, hidden ones.

    Blanks of no width are blanks in a text that has no others. A word in another script stays as it is.
    """
    text = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)
    if text.isascii():
        return text
    if not re.search(r"\s", text.strip()):
        text = _SPACES_OF_NO_WIDTH.sub(" ", text)
    return _WORD.sub(_fold_look_alikes, _HIDDEN.sub("", text))


def _fold_look_alikes(match: re.Match[str]) -> str:
    word = match[0]
    if word.isascii() or not any(letter.isascii() for letter in word):
        return word
    folded = word.translate(LOOK_ALIKES)
    return folded if folded.isascii() else word


def normalise(text: str) -> str:
    """Folded characters in lower case: what retrieval and verification compare."""
    return fold_characters(text).lower()


def bare_words(text: str) -> str:
    """The text as it is compared with a listed way of asking: case, blanks and the marks at its ends do not count."""
    return " ".join(normalise(text).split()).strip(" ?!.,;:")


@lru_cache(maxsize=4_096)
def bare_forms(listed: tuple[str, ...]) -> frozenset[str]:
    """The bare words of ways of asking that are listed, which are the same for every message."""
    return frozenset(map(bare_words, listed))


def tokenise(text: str) -> list[str]:
    """Lower-case words and numbers, in order; number words become digits."""
    return [NUMBER_WORDS.get(token, token) for token in _TOKEN.findall(normalise(text))]


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry the subject, in order, each once."""
    return tuple(dict.fromkeys(token for token in tokenise(text) if token not in STOP_WORDS))


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    return str(_STEMMER.stemWord(token))


def may_want_yes_or_no(text: str) -> bool:
    """Whether it has the form of such a question, or asks nothing else: a claim may want a yes or a no as well. "Or am
    I wrong?" turns what was asked around."""
    asked = normalise(text)
    if _TURNED.search(asked):
        return False
    return _YES_OR_NO.search(asked) is not None or _QUESTION_WORD.search(asked) is None


def is_negation(token: str) -> bool:
    return token in NEGATIONS or token.endswith("n't")
