"""The composer that quotes: statements the judge is sure of, in their plain form, where no answer fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from isletbot.answering.composers.say_plan import Plan, say_plan
from isletbot.answering.glossary import Lexicon
from isletbot.answering.text import is_negation, tokenise
from isletbot.answering.verification.sums import asked_back
from isletbot.corpus import TIER_RANK
from isletbot.ports import Reply
from isletbot.types import Composer, Draft, Evidence, Found, Part, Passage, Query, ScoredPassage

_MOST_STATEMENTS = 2
"""Statements for one part; the rest would be more than was asked."""
_COMPANION = 0.15
"""A second statement must be as relevant as the first, less this."""
_SAME, _SAME_IN_FIGURES = 0.6, 0.4
"""Share of what a statement speaks of that another speaks of too, from which it adds nothing to that other."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_CONTRAST = frozenset("before half".split())
_MOST_SUGGESTIONS = 2


class QuotesComposer:
    """Every sentence is a statement of an approved source, in its plain form or word for word."""

    name: Composer = "quotes"

    def __init__(self, lexicon: Lexicon, least: float) -> None:
        """`least` is the least relevance, 0..1, of a statement that is quoted."""
        self._lexicon = lexicon
        self._least = least

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        before = [evidence.passage(quote.key) for sentence in begun.sentences for quote in sentence.quotes]
        chosen = [passage for passage in before if passage]
        already = len(chosen)
        unanswered: list[Part] = []
        for found in evidence.found:
            if found.part not in begun.unanswered:
                continue
            fitting = () if asked_back(found.part) else self.find_fitting(found)
            if not fitting:
                unanswered.append(found.part)
            for passage in self._pick(fitting, chosen):
                chosen.extend(with_correction(passage, evidence, chosen))
        return Draft(
            composer=begun.composer if begun.sentences else "quotes",
            sentences=(*begun.sentences, *say_plan(Plan(statements=tuple(chosen[already:])), {})),
            suggestions=begun.suggestions or _suggest(query, evidence, chosen),
            declined="" if len(chosen) > already else "no statement is relevant enough",
            unanswered=tuple(unanswered),
            dropped=begun.dropped,
        )

    def find_fitting(self, found: Found) -> tuple[ScoredPassage, ...]:
        """Those relevant enough, best first. A name the corpus is not about is answered only by a statement of it."""
        strange = self._lexicon.elsewhere(found.part.terms)
        return tuple(
            scored
            for scored in found.passages
            if (scored.relevance or 0.0) >= self._least and strange <= self._lexicon.spoken_of(scored.passage)
        )

    def _pick(self, fitting: Sequence[ScoredPassage], chosen: Sequence[Passage]) -> list[Passage]:
        """Those that say most and say nothing twice."""
        picked: list[Passage] = []
        for scored in fitting:
            if len(picked) == _MOST_STATEMENTS or _score(scored) < _score(fitting[0]) - _COMPANION:
                break
            strongest = self._strongest(scored, fitting)
            if not any(self.adds_nothing(strongest, other) for other in (*picked, *chosen)):
                picked.append(strongest)
        return picked

    def _strongest(self, candidate: ScoredPassage, fitting: Sequence[ScoredPassage]) -> Passage:
        """The candidate's statement, or one of a stronger source that says it too and is nearly as relevant."""
        others = [
            other.passage
            for other in fitting
            if _score(other) > _score(candidate) - _COMPANION and self.adds_nothing(candidate.passage, other.passage)
        ]
        return max((candidate.passage, *others), key=lambda passage: TIER_RANK[passage.source.evidence])

    def adds_nothing(self, one: Passage, other: Passage) -> bool:
        """Whether a statement says little that another does not: measured on what it speaks of. Two figures in common
        make it likelier; a contrast (before, half, not) makes them two statements."""
        mine, theirs = self._lexicon.substance_of(one), self._lexicon.substance_of(other)
        shared = mine & theirs
        # 2025 is no figure of a result: two statements with one date need not say the same.
        in_figures = (
            sum(term[0].isdigit() and not (len(term) == 4 and term[:2] in ("19", "20")) for term in shared) >= 2
        )
        if one.key != other.key and not in_figures and _contrasts(one.text) != _contrasts(other.text):
            return False
        return len(shared) >= (_SAME_IN_FIGURES if in_figures else _SAME) * len(mine)


def _score(scored: ScoredPassage) -> float:
    return scored.relevance or 0.0


def with_correction(passage: Passage, evidence: Evidence, chosen: Sequence[Passage]) -> list[Passage]:
    """The passage, after a stronger statement that corrects it when none has been said yet."""
    said = {other.key for other in chosen}
    if passage.key in said:
        return []
    if not passage.corrected_by or said.intersection(passage.corrected_by):
        return [passage]
    for key in passage.corrected_by:
        correction = evidence.passage(key)
        if correction is not None:
            return [correction, passage]
    return []


@lru_cache(4096)
def _contrasts(text: str) -> frozenset[str]:
    """Words by which statements with the same subjects say opposite things."""
    tokens = tokenise(text)
    denied = {"not"} if any(is_negation(token) for token in tokens) else set()
    return frozenset(_CONTRAST.intersection(tokens) | denied)


def _suggest(query: Query, evidence: Evidence, chosen: Sequence[Passage]) -> tuple[str, ...]:
    """Questions that the nearest statements not yet said do answer."""
    said = {passage.key for passage in chosen}
    nearest = [
        scored.passage for found in evidence.found for scored in found.passages if scored.passage.key not in said
    ]
    asks = dict.fromkeys(passage.asks[0] for passage in nearest if passage.asks)
    asks.pop(query.text, None)
    return tuple(asks)[:_MOST_SUGGESTIONS]
