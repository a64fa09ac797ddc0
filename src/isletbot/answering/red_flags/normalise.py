"""Plain words: one spelling of a text, so that a rule is written once. Pure."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from isletbot.answering.text import LOOK_ALIKES, fold_characters

_SHORT = 6
"""Words shorter than this are only corrected from the list: too many real words lie one letter away."""
_WILL = re.compile(r"\b(i|we|you|he|she|they|it)'ll\b")
_REPEATED = re.compile(r"([a-hj-z])\1{2,}")
_COUNTRY = re.compile(r"\bU\.?S\.?(?!\w)")
_HYPHEN = re.compile(r"(?<=[a-z\d])-(?=[a-z])|(?<=[a-z])-(?=\d)")
_MARKUP = re.compile(r"[*_~\"()\[\]{}<>|\\]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")
_WORD = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_LEET = str.maketrans("013457@$", "oieastas")
_NO_WIDTH = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]+")
_LETTERS_APART = re.compile(r"(?<!\w)\w(?:[ .\-_*]{1,3}\w(?!\w)){3,}")
_LEET_WORD = re.compile(r"(?<!\w)(?=\w*[a-z])(?=[\w@$]*[013457@$])[a-z013457@$]{4,}(?!\w)", re.IGNORECASE)
_LONGEST_RUN = 60
"""Letters of a word that is tried as several: longer ones are no words run together."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Known misspellings, and the words to recognise one letter off."""

    known: Mapping[str, str]
    near: Mapping[str, tuple[str, ...]]
    """Every word to recognise under each of its forms with one letter left out, and under itself."""
    exempt: frozenset[str]
    parts: frozenset[str] = frozenset()
    """Words that are found in a text written without blanks."""

    @classmethod
    def of(
        cls, known: Mapping[str, str], terms: Iterable[str], exempt: Iterable[str], parts: Iterable[str] = ()
    ) -> Spelling:
        near: dict[str, tuple[str, ...]] = {}
        for term in terms:
            for form in _shorter(term):
                near[form] = (*near.get(form, ()), term)
        return cls(known, near, frozenset(exempt), frozenset(parts))

    def word(self, word: str) -> str:
        """The word meant, or the word itself."""
        if word in self.known:
            return self.known[word]
        if len(word) < _SHORT or word in self.exempt or word in self.near.get(word, ()):
            return word
        for form in _shorter(word):
            for term in self.near.get(form, ()):
                if term[0] == word[0] and abs(len(term) - len(word)) < 2 and OSA.distance(term, word) == 1:
                    return term
        return word


def _shorter(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def plain(text: str, spelling: Spelling) -> str:
    """Lower case, no accents, no apostrophes, no hidden characters, common misspellings mended."""
    text = unicodedata.normalize("NFKD", fold_characters(text))
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc") or c in "\n\t")
    text = text if text.isupper() else _COUNTRY.sub("usa", text)
    text = _WILL.sub(r"\1 will", text.lower()).replace("'", "")
    text = _REPEATED.sub(r"\1", _MARKUP.sub(" ", _HYPHEN.sub(" ", text)))
    text = " ".join(_LINES.sub(". ", text).split())
    return _WORD.sub(lambda match: spelling.word(match.group()), text)


def undisguise(text: str, spelling: Spelling) -> list[str]:
    """Other readings of a text, in plain words: its letters apart, its words run together, digits for letters.

    None of a text that is written as texts are.
    """
    spaced = _NO_WIDTH.sub(" ", text)
    joined = _LETTERS_APART.sub(lambda match: _join_letters(match[0], spelling), fold_characters(spaced))
    as_plain, readings = plain(text, spelling), []
    foreign, letters = text.translate(LOOK_ALIKES), _LEET_WORD.sub(lambda match: match[0].translate(_LEET), joined)
    # Of most texts they are all the same.
    for reading in dict.fromkeys((_NO_WIDTH.sub("", text), spaced, joined, foreign, letters)):
        simple = _WORD.sub(lambda match: _split_run(match[0], spelling), plain(reading, spelling))
        if simple != as_plain and simple not in readings:
            readings.append(simple)
    return readings


def _join_letters(text: str, spelling: Spelling) -> str:
    """Two blanks or more stand between words: c h e s t  p a i n."""
    words = (re.sub(r"\W|_", "", word).lower() for word in re.split(r"\s{2,}", text))
    return " ".join(_split_run(word, spelling, least=3) for word in words)


def _split_run(word: str, spelling: Spelling, least: int = 8) -> str:
    """The words that a long word is made of, if all of it is; the longest first word that leaves a whole rest."""
    if not least <= len(word) <= _LONGEST_RUN or word in spelling.parts or word in spelling.near:
        return word
    best: dict[int, list[str] | None] = {len(word): []}
    for start in range(len(word) - 1, -1, -1):
        whole = (end for end in range(len(word), start, -1) if best[end] is not None)
        ends = (end for end in whole if word[start:end] in spelling.parts)
        end = next(ends, None)
        rest = best[end] if end is not None else None
        best[start] = None if end is None or rest is None else [word[start:end], *rest]
    return " ".join(best[0] or [word])


def disguises(text: str) -> list[str]:
    """What the text says when read backwards, as leet, by rot13, letter by letter or from base64."""
    readings = [codecs.encode(text, "rot13"), text[::-1], re.sub(r"\b(\w)[ .\-_*](?=\w\b)", r"\1", text)]
    if re.search(r"[a-zA-Z][013457@$]|[013457@$][a-zA-Z]", text):
        readings.append(text.translate(_LEET))
    for token in _BASE64.findall(text):
        try:
            readings.append(base64.b64decode(token + "=" * (-len(token) % 4)).decode("ascii"))
        except (binascii.Error, UnicodeDecodeError, ValueError):
            continue
    return readings
