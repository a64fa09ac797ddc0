"""Does a passage answer a question? From what it says, never from similarity alone."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from isletbot.answering.alignment import Alignment, align, read_text
from isletbot.answering.answer_types import holds_all
from isletbot.answering.answerability_weights import (
    ALIGNMENT_BIAS,
    ALIGNMENT_WEIGHTS,
    SHARE,
    STANDING_BIAS,
    STANDING_WEIGHTS,
)
from isletbot.answering.conditions import find_conditions
from isletbot.answering.glossary import Concepts, Lexicon
from isletbot.answering.text import GENERIC, normalise, stem, tokenise
from isletbot.types import Part, Passage, ScoredPassage

ANSWERS = 0.1
"""A passage that fits at least this well may be said. Low, since the best-ranked passage is mostly right and what the
corpus lacks is mostly declined by name: from 0.1 to 0.4 every step lost more answers than it spared wrong ones."""
GIVEN = 0.5
"""The same for a text that is given, not found: more likely than not."""
NEAR = 0.4
"""Least similarity in meaning for a question that names no subject: then shared words are chance."""
NEARER, TOLD = 0.5, 0.4
"""Least similarity in meaning, or coverage, for a question with a word that no passage has."""
_WORD = 4
"""Letters from which an unknown word is taken for a word."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}|\b[A-Za-z]{1,4}-?\d{2,}\w*\b|\b[A-Z]{2,}\d*\b")
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_DRUG = re.compile(
    r"\b\w{3,}(?:mab|limus|tinib|gliptin|glutide|gliflozin|formin|statin|cept|cycline|cillin|prednisone)s?\b"
)


@dataclass(frozen=True, slots=True)
class Fit:
    score: float
    """0..1; `ANSWERS` or more means the passage answers, and `GIVEN` or more that the given text does."""
    rests_on: tuple[Standing | Alignment, ...] = ()
    """Empty when nothing was weighed: the passage does not speak of what is asked."""


class Standing(NamedTuple):
    """How the search came to a passage."""

    near: float
    """Dense similarity."""
    found: float
    """Fused score."""
    told: float
    """Coverage by the statement, its heading and its questions."""
    stated: float
    """Coverage by the statement's own words."""
    kind: float
    """1 when it holds every kind of thing that is asked for, -1 when it lacks one."""


class Asked:
    """A question as a passage must meet it; made once a question, asked of every candidate."""

    def __init__(self, part: Part, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._question = read_text(part.text)
        self._concepts = lexicon.concepts(str(part))
        self._names = frozenset(stem(token) for token in _names(part.text)) & lexicon.unknown(self._concepts.terms)
        self._conditions = find_conditions(part.text, lexicon)
        self._weights = {term: lexicon.weight(term) for term in self._concepts.terms}
        self._unheard = any(len(term) >= _WORD and term.isalpha() for term in lexicon.unknown(self._concepts.terms))

    @property
    def names(self) -> frozenset[str]:
        """What it names that no passage speaks of."""
        return self._names

    def fit(self, scored: ScoredPassage) -> Fit:
        """Of a passage that the search found."""
        standing = self.standing(scored)
        if standing is None:
            return Fit(0.0)
        alignment = self.align(scored.passage.text, scored.dense)
        logit = STANDING_BIAS + _weigh(STANDING_WEIGHTS, standing) + SHARE * _weigh(ALIGNMENT_WEIGHTS, alignment)
        return Fit(_sigmoid(logit), (standing, alignment))

    def fit_given(self, text: str, near: float) -> Fit:
        """Of a text that no search found: it is given, and all there is to know is what it says."""
        alignment = self.align(text, near)
        return Fit(_sigmoid(ALIGNMENT_BIAS + _weigh(ALIGNMENT_WEIGHTS, alignment)), (alignment,))

    def align(self, text: str, near: float) -> Alignment:
        return align(self._question, text, near, self._lexicon.weight)

    def standing(self, scored: ScoredPassage) -> Standing | None:
        """None when no weighing is needed: the passage does not speak of a thing that is named, or that the answer is
        tied to; or it is far, and the question names no subject, or one that no passage speaks of while the rest of it
        is hardly told either."""
        if self._missing(scored.passage) or (not self._weights and scored.dense < NEAR):
            return None
        said = self._lexicon.said_by(scored.passage)
        if not all(condition & said.terms for condition in self._conditions):
            return None
        told = self._coverage(said)
        if self._unheard and told < TOLD and scored.dense < NEARER:
            return None
        return Standing(
            near=scored.dense,
            found=scored.score,
            told=told,
            stated=self._coverage(self._lexicon.stated_by(scored.passage)),
            kind=1.0 if holds_all(self._question.kinds, scored.passage.text, self._question.text) else -1.0,
        )

    def _missing(self, passage: Passage) -> frozenset[str]:
        return self._names | (self._concepts.elsewhere - self._lexicon.spoken_of(passage))

    def _coverage(self, concepts: Concepts) -> float:
        """Share of what is asked that a text speaks of, each concept by how telling it is."""
        total = sum(self._weights.values())
        met = sum(weight for term, weight in self._weights.items() if term in concepts.terms)
        return met / total if total else 0.5


def _weigh(weights: Sequence[float], features: Sequence[float]) -> float:
    return sum(weight * feature for weight, feature in zip(weights, features, strict=True))


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def _names(part: str) -> list[str]:
    """Tokens that look like the name of something: a capital inside a sentence, a code, the ending of a drug's name."""
    found = _NAME.findall(part) + _DRUG.findall(normalise(part))
    return [token for name in found for token in tokenise(name) if token not in GENERIC and token[:3] not in _MONTHS]
