"""Does a passage answer a question? From what it says, never from similarity alone."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from isletbot.answering.lexicon import Concepts, Lexicon
from isletbot.answering.words import GENERIC, normalise, stem, tokenise
from isletbot.types import Part, ScoredPassage

ANSWERS = 0.7
"""A passage that fits at least this well is said to answer."""
NEAR = 0.4
"""Least similarity in meaning for a question that names no subject: then shared words are chance."""
_WEIGHTS = (0.95, 2.56, 2.21, 1.23, 1.31)
_BIAS = -3.23
"""Logistic regression over nearness, fused score, coverage by all that finds the passage, coverage by its own words, and
the kind of thing asked for; fitted on the development half of `evals/gold.jsonl` and on questions the corpus lacks."""

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}|\b[A-Za-z]{1,4}-?\d{2,}\w*\b|\b[A-Z]{2,}\d*\b")
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
        (r"^\W*(?:and |so |but )?(?:since )?when\b|\b(?:what|which) (?:date|year|month|day)\b", _TIME),
        (
            r"\bhow (?:soon|quickly|fast|early|late|long|often)\b",
            _TIME + r"|\blifelong\b|\bfor life\b|\bhow long\b|\bsingle\b",
        ),
        (
            r"\bhow (?:many|much|big|large|old)\b|\bwhat (?:percent|percentage|share|proportion)\b",
            r"\d|\b(?:one|two|three|none|no|both|all|every)\b",
        ),
        (r"\bwhat(?:'s| is| was| were)? (?:the |their )?(?:average|mean|median)\b|\bon average\b", r"\b(?:average|mean|median)\b"),
    )
)
"""What kind of thing a question asks for, and how a statement that holds one looks."""


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
        self._wanted = tuple(answer for question, answer in _WANTS if question.search(plain))

    def fit(self, scored: ScoredPassage) -> Fit:
        stated = self._lexicon.stated_by(scored.passage)
        away = self._concepts.elsewhere - self._lexicon.spoken_of(scored.passage)
        if away or self._names:
            named = sorted(away) or sorted(self._names)
            return Fit(0.0, f"does not name {', '.join(named)}")
        if not self._weights and scored.dense < NEAR:
            return Fit(0.0, f"no subject, and far: {scored.dense:.2f}")
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
        """1 when the statement holds every kind of thing that is asked for, -1 when it lacks one."""
        return 1.0 if all(answer.search(text) for answer in self._wanted) else -1.0


def _names(part: str) -> list[str]:
    """Tokens that look like the name of something: a capital inside a sentence, a code, the ending of a drug's name."""
    found = _NAME.findall(part) + _DRUG.findall(normalise(part))
    return [token for name in found for token in tokenise(name) if token not in GENERIC]
