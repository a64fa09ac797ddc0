"""Does a passage answer a question? From what it says, never from similarity alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from isletbot.answering.lexicon import Concepts, Lexicon
from isletbot.answering.words import GENERIC, normalise, stem, tokenise
from isletbot.types import Part, ScoredPassage

ANSWERS = 0.57
"""A passage that fits at least this well is said to answer."""
_WEIGHTS = (1.45, 0.82, 0.66, 1.27, 0.74)
_BIAS = -2.18
"""Logistic regression over nearness, fused score, coverage by all that finds the passage, coverage by its own words, and
the type of answer; fitted on the development half of `evals/gold.jsonl` and `evals/not_in_corpus.jsonl`."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}|\b[A-Za-z]{1,4}-?\d{2,}\w*\b|\b[A-Z]{2,}\d*\b")
_DRUG = re.compile(r"\b\w{3,}(?:mab|limus|tinib|gliptin|glutide|gliflozin|formin|statin|cept|cycline|cillin|prednisone|zumab)s?\b")
_WHEN = re.compile(r"^\W*(?:and |so |but )?(?:when\b|what (?:date|year|month|day)\b|which (?:year|month|day)\b)")
_HOW_MANY = re.compile(r"\bhow (?:many|much|big|large|old|long|often)\b|\bwhat (?:percent|percentage|share|proportion|number)\b")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\bday \d+|\b\d+ (?:day|week|month|year)s?\b")


@dataclass(frozen=True, slots=True)
class Fit:
    score: float
    """0..1; `ANSWERS` or more means the passage answers."""
    reason: str


class Asked:
    """A question as a passage must meet it; made once a question, asked of every candidate."""

    def __init__(self, part: Part, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._concepts = lexicon.concepts(str(part))
        self._names = frozenset(stem(token) for token in _names(part.text)) & lexicon.unknown(self._concepts.terms)
        self._weights = {term: lexicon.weight(term) for term in self._concepts.terms}
        plain = normalise(part.text)
        self._wants_date = bool(_WHEN.search(plain))
        self._wants_number = bool(_HOW_MANY.search(plain))

    def fit(self, scored: ScoredPassage) -> Fit:
        stated = self._lexicon.stated_by(scored.passage)
        away = self._concepts.elsewhere - stated.elsewhere
        if away or self._names:
            named = sorted(away) or sorted(self._names)
            return Fit(0.0, f"does not name {', '.join(named)}")
        told = self._coverage(self._lexicon.said_by(scored.passage))
        own = self._coverage(stated)
        typed = self._type_fit(scored.passage.text)
        features = (scored.dense, scored.score, told, own, typed)
        logit = _BIAS + sum(weight * feature for weight, feature in zip(_WEIGHTS, features, strict=True))
        reason = f"near {scored.dense:.2f}, found {scored.score:.2f}, coverage {told:.2f}/{own:.2f}, type {typed:+.0f}"
        return Fit(1 / (1 + math.exp(-logit)), reason)

    def _coverage(self, concepts: Concepts) -> float:
        """Share of what is asked that a text speaks of, each concept by how telling it is."""
        total = sum(self._weights.values())
        met = sum(weight for term, weight in self._weights.items() if term in concepts.terms)
        return met / total if total else 0.5

    def _type_fit(self, text: str) -> float:
        if self._wants_date:
            return 1.0 if _DATED.search(text) else -1.0
        if self._wants_number:
            return 1.0 if any(character.isdigit() for character in text) else -1.0
        return 1.0


def _names(part: str) -> list[str]:
    """Tokens that look like the name of something: a capital inside a sentence, a code, the ending of a drug's name."""
    found = _NAME.findall(part) + _DRUG.findall(normalise(part))
    return [token for name in found for token in tokenise(name) if token not in GENERIC]
