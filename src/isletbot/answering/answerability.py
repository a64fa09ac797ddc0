"""Does a passage answer a question? From what it says, never from similarity alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

from isletbot.answering.lexicon import Concepts, Lexicon
from isletbot.answering.words import GENERIC, normalise, stem, tokenise
from isletbot.types import Part, Passage, ScoredPassage

ANSWERS = 0.1
"""A passage that fits at least this well may be said. Low, since the best-ranked passage is mostly right and what the
corpus lacks is mostly declined by name: from 0.1 to 0.4 every step lost more answers than it spared wrong ones."""
NEAR = 0.4
"""Least similarity in meaning for a question that names no subject: then shared words are chance."""
NEARER, TOLD = 0.5, 0.4
"""Least similarity in meaning, or coverage, for a question with a word that no passage has."""
_WORD = 4
"""Letters from which an unknown word is taken for a word."""
_WEIGHTS = (0.55, 4.86, 2.16, 0.45, 0.74)
_BIAS = -6.56
"""Of `Features`, by logistic regression: `benchmarks/fit_answerability.py` fits them again and shows their effect."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}|\b[A-Za-z]{1,4}-?\d{2,}\w*\b|\b[A-Z]{2,}\d*\b")
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_DRUG = re.compile(
    r"\b\w{3,}(?:mab|limus|tinib|gliptin|glutide|gliflozin|formin|statin|cept|cycline|cillin|prednisone)s?\b"
)
_TIME = (
    r"\b(?:19|20)\d\d\b|\bday \d+|\b(?:\d+|one|two|three) (?:minute|hour|day|week|month|year)s?\b"
    r"|\bnot know|\bno one (?:yet )?knows|\bnot say"
)
_WANTS = tuple(
    (re.compile(question), re.compile(answer, re.IGNORECASE))
    for question, answer in (
        (
            r"^\W*(?:and |so |but )?(?:since )?when (?:did|was|were|will|is|are|exactly)\b|\bwhen\W*$"
            r"|\bwhen (?:does|do) [^?]*\b(?:start|begin|end|finish|close|complete)"
            r"|\b(?:what|which) (?:date|year|month|day)\b",
            _TIME,
        ),
        (
            r"\bhow (?:soon|quickly|fast|early|late|long|often)\b",
            _TIME + r"|\blifelong\b|\bfor life\b|\bhow long\b|\bsingle\b",
        ),
        (
            r"\bhow (?:many|much|big|large|old)\b|\bwhat (?:percent|percentage|share|proportion)\b",
            r"\d|\b(?:one|two|three|none|no|both|all|every)\b",
        ),
        (
            r"\bwhat(?:'s| is| was| were)? (?:the |their )?(?:average|mean|median)\b|\bon average\b",
            r"\b(?:average|mean|median)\b",
        ),
    )
)
"""What kind of thing a question asks for, and how a statement that holds one looks."""


@dataclass(frozen=True, slots=True)
class Fit:
    score: float
    """0..1; `ANSWERS` or more means the passage answers."""
    reason: str


class Features(NamedTuple):
    near: float
    """Dense similarity."""
    found: float
    """Fused score."""
    told: float
    """Coverage by the statement, its heading and its questions."""
    stated: float
    """Coverage by the statement's own words."""
    kind: float
    """Whether it holds the kind of thing asked for: a date, a number."""


class Asked:
    """A question as a passage must meet it; made once a question, asked of every candidate."""

    def __init__(self, part: Part, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._concepts = lexicon.concepts(str(part))
        self._names = frozenset(stem(token) for token in _names(part.text)) & lexicon.unknown(self._concepts.terms)
        self._weights = {term: lexicon.weight(term) for term in self._concepts.terms}
        self._unheard = any(len(term) >= _WORD and term.isalpha() for term in lexicon.unknown(self._concepts.terms))
        plain = normalise(part.text)
        self._wanted = tuple(answer for question, answer in _WANTS if question.search(plain))

    def fit(self, scored: ScoredPassage) -> Fit:
        features = self.features(scored)
        if features is None:
            return Fit(0.0, f"does not speak of {', '.join(sorted(self._missing(scored.passage))) or 'what is asked'}")
        logit = _BIAS + sum(weight * feature for weight, feature in zip(_WEIGHTS, features, strict=True))
        reason = ", ".join(f"{name} {value:.2f}" for name, value in features._asdict().items())
        return Fit(1 / (1 + math.exp(-logit)), reason)

    def features(self, scored: ScoredPassage) -> Features | None:
        """None when no weighing is needed: the passage does not speak of a thing that is named; or it is far, and the
        question names no subject, or one that no passage speaks of while the rest of it is hardly told either."""
        if self._missing(scored.passage) or (not self._weights and scored.dense < NEAR):
            return None
        told = self._coverage(self._lexicon.said_by(scored.passage))
        if self._unheard and told < TOLD and scored.dense < NEARER:
            return None
        return Features(
            near=scored.dense,
            found=scored.score,
            told=told,
            stated=self._coverage(self._lexicon.stated_by(scored.passage)),
            kind=self._kind_fit(scored.passage.text),
        )

    def _missing(self, passage: Passage) -> frozenset[str]:
        return self._names | (self._concepts.elsewhere - self._lexicon.spoken_of(passage))

    def _coverage(self, concepts: Concepts) -> float:
        """Share of what is asked that a text speaks of, each concept by how telling it is."""
        total = sum(self._weights.values())
        met = sum(weight for term, weight in self._weights.items() if term in concepts.terms)
        return met / total if total else 0.5

    def _kind_fit(self, text: str) -> float:
        """1 when the statement holds every kind of thing that is asked for, -1 when it lacks one."""
        return 1.0 if all(answer.search(text) for answer in self._wanted) else -1.0


def _names(part: str) -> list[str]:
    """Tokens that look like the name of something: a capital inside a sentence, a code, the ending of a drug's name."""
    found = _NAME.findall(part) + _DRUG.findall(normalise(part))
    return [token for name in found for token in tokenise(name) if token not in GENERIC and token[:3] not in _MONTHS]
