"""Answers that a second person approved, for a question that asks just that. What is unsure is left to the quotes.

Which answer is meant is weighed from how near the question lies to the ways of asking for it, and from how well the
statements it rests on were found. Whatever is meant, the answer must say what the quotes would say first, and most of
the rest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from isletbot.answering.answerability import ANSWERS, Asked
from isletbot.answering.glossary import Lexicon
from isletbot.answering.composers.quotes import CONSIDERED, QuotesComposer, rank_scored
from isletbot.answering.verification.sums import asked_back
from isletbot.ports import Reply
from isletbot.types import (
    ApprovedAnswer,
    Composer,
    Draft,
    Evidence,
    Found,
    NearAnswer,
    Part,
    Passage,
    Query,
    ScoredPassage,
    Sentence,
)

NEAR = 0.65
"""Least similarity to a way of asking."""
ALIKE = 0.75
"""The same where no statement answers the question by itself: an answer somebody wrote to just this question."""
_APART = 0.05
"""Then no other answer may be asked for nearly as much like it."""
SURE = 0.3
"""Least confidence: three answers that come equally into question may all be meant, four are a guess."""
TOLD = 0.4
"""Least share of what is asked that the answer, or a way of asking for it, speaks of."""
SAID = 0.5
"""Least share of what the quotes would say that the answer says too."""
WEIGHTS = (2.4, 3.2, 1.6, 3.0)
"""Of `Nearness`. `benchmarks/fit_approved.py` fits them again, and shows what the four thresholds let through."""

_MOST_SUGGESTIONS = 3
_TWO_QUESTIONS = re.compile(r"\b(?:who|what|how|why|when|where|which)\b.*\b(?:who|how|why|when|where)\b", re.IGNORECASE)
"""Two question words in one part: an answer to the first may leave out the second."""


class Nearness(NamedTuple):
    nearest: float
    """Similarity to the nearest way of asking."""
    around: float
    """Mean similarity to the nearest few."""
    statement: float
    """How well the best of the statements it rests on was found."""
    first: float
    """The same for the statement it begins with."""


@dataclass(frozen=True, slots=True)
class Match:
    """The answer most likely meant, and what speaks for it."""

    answer: ApprovedAnswer
    nearest: float
    confidence: float
    """Share of its weight among all that come into question."""
    told: float
    said: float
    least_near: float = NEAR

    @property
    def reason(self) -> str:
        """Why it is not sure enough; empty when it is."""
        found = (("near", self.nearest, self.least_near), ("sure", self.confidence, SURE), ("told", self.told, TOLD))
        short = [f"{name} {value:.2f}" for name, value, least in (*found, ("said", self.said, SAID)) if value < least]
        return f"{self.answer.id}: {', '.join(short)}" if short else ""


class ApprovedComposer:
    name: Composer = "approved"

    def __init__(self, lexicon: Lexicon, quotes: QuotesComposer) -> None:
        self._lexicon = lexicon
        self._quotes = quotes
        self._terms = lru_cache(4096)(self._read_terms)

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        """An answer speaks for each part it is surely meant by; the other parts stay unanswered."""
        said = dict.fromkeys(begun.sentences)
        unanswered: list[Part] = []
        unsure: list[str] = []
        meant: dict[str, None] = {}
        for found in evidence.found:
            if found.part not in begun.unanswered:
                continue
            match = self.match(found, evidence, query.said)
            if match and not match.reason:
                said |= dict.fromkeys(match.answer.sentences)
                meant[match.answer.id] = None
            else:
                unanswered.append(found.part)
                unsure.append(match.reason if match else "none comes into question")
        return Draft(
            composer=begun.composer if begun.sentences else "approved",
            sentences=tuple(said),
            suggestions=_suggest(evidence, said),
            declined="; ".join(unsure),
            unanswered=tuple(unanswered),
            dropped=begun.dropped,
            approved=tuple(meant),
        )

    def match(self, found: Found, evidence: Evidence, heard: Sequence[str]) -> Match | None:
        """The answer most likely meant by one part, however unlikely. `heard` is what the bot has said before."""
        picked = self._quotes.pick(found, heard)
        weighed = [(_weigh(nearness), near) for near, nearness in self.compare(found, evidence, heard, picked)]
        if not weighed:
            return None if picked else self._match_alike(found, evidence, heard)
        weight, best = max(weighed, key=lambda pair: pair[0])
        return Match(
            answer=best.answer,
            nearest=best.nearest,
            confidence=weight / sum(other for other, _ in weighed),
            told=self._lexicon.coverage(self._lexicon.concepts(str(found.part)).terms, self._terms(best.answer)),
            said=self._says(best.answer, picked, evidence),
        )

    def _match_alike(self, found: Found, evidence: Evidence, heard: Sequence[str]) -> Match | None:
        """The answer asked for in nearly the same words, though no statement is found to answer them. It must speak of
        every name and every thing the corpus lacks that the question speaks of."""
        if not found.approved or asked_back(found.part) or _TWO_QUESTIONS.search(found.part.text):
            return None
        best, *others = found.approved
        asked, terms = self._lexicon.concepts(str(found.part)), self._terms(best.answer)
        unmet = (asked.elsewhere | Asked(found.part, self._lexicon).names) - terms
        if unmet or _was_heard(best, found, heard) or not all(evidence.passage(key) for key in _keys(best.answer)):
            return None
        apart = best.nearest - max((other.nearest for other in others), default=0.0)
        told = self._lexicon.coverage(asked.terms, terms)
        return Match(best.answer, best.nearest, float(apart >= _APART), told, said=1.0, least_near=ALIKE)

    def compare(
        self, found: Found, evidence: Evidence, heard: Sequence[str], picked: Sequence[Passage]
    ) -> list[tuple[NearAnswer, Nearness]]:
        """The answers that come into question: they say the first of what the quotes would say, and are news."""
        if not picked or _TWO_QUESTIONS.search(found.part.text):
            return []
        asked = Asked(found.part, self._lexicon)
        passages = {scored.passage.key: scored for scored in found.passages[:CONSIDERED]}
        return [
            (near, nearness)
            for near in found.approved
            if self._says(near.answer, picked[:1], evidence)
            and not _was_heard(near, found, heard)
            and (nearness := measure_nearness(near, passages, asked))
        ]

    def _says(self, answer: ApprovedAnswer, picked: Sequence[Passage], evidence: Evidence) -> float:
        """Share of these statements that the answer says, from the same source or another."""
        quoted = [evidence.passage(key) for key in _keys(answer)]
        if not all(quoted):
            return 0.0  # one of its sources is not served any more
        said = [any(self._quotes.adds_nothing(one, other) for other in quoted if other) for one in picked]
        return sum(said) / len(said)

    def _read_terms(self, answer: ApprovedAnswer) -> frozenset[str]:
        words = (*answer.asks, *(sentence.text for sentence in answer.sentences))
        spoken = self._lexicon.concepts("\n".join(words))
        return spoken.terms | spoken.elsewhere


def measure_nearness(near: NearAnswer, passages: Mapping[str, ScoredPassage], asked: Asked) -> Nearness | None:
    """None where no statement of the answer was found that answers the question. `passages` are those found, by key."""
    keys = _keys(near.answer)
    held = [passages[key] for key in keys if key in passages]
    if not any(asked.fit(scored).score >= ANSWERS for scored in held):
        return None
    first = rank_scored(passages[keys[0]]) if keys[0] in passages else 0.0
    return Nearness(near.nearest, near.around, max(map(rank_scored, held)), first)


def _weigh(nearness: Nearness) -> float:
    return math.exp(sum(weight * value for weight, value in zip(WEIGHTS, nearness, strict=True)))


def _keys(answer: ApprovedAnswer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(quote.key for sentence in answer.sentences for quote in sentence.quotes))


def _was_heard(near: NearAnswer, found: Found, heard: Sequence[str]) -> bool:
    """Whether the conversation has had this answer: a follow-up wants something else."""
    return bool(found.part.leans_on) and any(near.answer.sentences[0].text in turn for turn in heard)


def _suggest(evidence: Evidence, said: Collection[Sentence]) -> tuple[str, ...]:
    """Questions that the nearest answers not given do answer."""
    others = [near.answer for found in evidence.found for near in found.approved]
    asks = (answer.asks[0] for answer in others if answer.sentences[0] not in said)
    return tuple(dict.fromkeys(asks))[:_MOST_SUGGESTIONS]
