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

_SHORT = 6
"""Words shorter than this are only corrected from the list: too many real words lie one letter away."""
_QUOTES = {ord(c): "'" for c in "‘’‛ʼ`´′"} | {ord(c): "-" for c in "‐‑‒–—−"} | {ord(c): '"' for c in "“”„«»"}
_WILL = re.compile(r"\b(i|we|you|he|she|they|it)'ll\b")
_REPEATED = re.compile(r"([a-hj-z])\1{2,}")
_COUNTRY = re.compile(r"\bU\.?S\.?(?!\w)")
_HYPHEN = re.compile(r"(?<=[a-z\d])-(?=[a-z])|(?<=[a-z])-(?=\d)")
_MARKUP = re.compile(r"[*_~\"()\[\]{}<>|\\]+")
_LINES = re.compile(r"\s*\n\s*\n\s*")
_WORD = re.compile(r"(?<!\w)[a-z]+(?!\w)")
_LEET = str.maketrans("013457@$", "oieastas")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Known misspellings, and the words to recognise one letter off."""

    known: Mapping[str, str]
    near: Mapping[str, tuple[str, ...]]
    """Every word to recognise under each of its forms with one letter left out, and under itself."""
    exempt: frozenset[str]

    @classmethod
    def of(cls, known: Mapping[str, str], terms: Iterable[str], exempt: Iterable[str]) -> Spelling:
        near: dict[str, tuple[str, ...]] = {}
        for term in terms:
            for form in _shorter(term):
                near[form] = (*near.get(form, ()), term)
        return cls(known, near, frozenset(exempt))

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
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_QUOTES))
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc") or c in "\n\t")
    text = text if text.isupper() else _COUNTRY.sub("usa", text)
    text = _WILL.sub(r"\1 will", text.lower()).replace("'", "")
    text = _REPEATED.sub(r"\1", _MARKUP.sub(" ", _HYPHEN.sub(" ", text)))
    text = " ".join(_LINES.sub(". ", text).split())
    return _WORD.sub(lambda match: spelling.word(match.group()), text)


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
