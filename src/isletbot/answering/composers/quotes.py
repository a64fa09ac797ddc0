"""The embedded default composer: the statements that answer the question, as they stand in the corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from isletbot.answering.answerability import ANSWERS, Asked
from isletbot.answering.glossary import Lexicon
from isletbot.answering.verification.sums import asked_back
from isletbot.answering.text import is_negation, tokenise
from isletbot.ports import Reply
from isletbot.types import (
    TIER_RANK,
    Composer,
    Draft,
    Evidence,
    Found,
    Part,
    Passage,
    Query,
    Quote,
    ScoredPassage,
    Sentence,
)

_MOST_STATEMENTS = 3
"""Statements for one question; the rest would be more than was asked."""
CONSIDERED = 20
"""Best-scored passages that are looked at."""
_WORDS = 0.3
"""Weight of the lexical beside the dense similarity in ranking; best on held-out questions of the corpus."""
_COMPANION = 0.16
"""A further statement must rank within this of the first."""
_LIST = re.compile(r"\b(?:list|all (?:of )?the|every|name (?:all|the|every)|what (?:are|were) all)\b", re.IGNORECASE)
_MOST_LISTED, _LISTED = 6, 0.25
"""The same two limits for a question that asks for a list."""
_REACH = _LISTED + _COMPANION
"""Ranks below the best further down than this are never said, nor said instead of one that is."""
_SAME, _SAME_IN_FIGURES = 0.6, 0.4
"""Share of what a statement speaks of that another speaks of too, from which it adds nothing to that other."""
_YEAR = re.compile(r"(?:19|20)\d\d")
"""No figure of a result: two statements with one date need not say the same."""
_CONTRAST = frozenset("before half".split())
_MOST_SUGGESTIONS = 3
_RELATED = 0.5
"""Dense similarity from which a statement's question is worth suggesting."""
_SAID_ALREADY = 0.15
"""What a follow-up takes from the rank of a statement that the conversation has heard."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    scored: ScoredPassage
    rank: float

    @property
    def passage(self) -> Passage:
        return self.scored.passage


def rank_scored(scored: ScoredPassage) -> float:
    """How near in meaning and in words. The fused score is for searching: it hides how far apart two passages are."""
    return scored.dense + _WORDS * scored.lexical


class QuotesComposer:
    """Says nothing of its own: every sentence is a statement of an approved source, word for word."""

    name: Composer = "quotes"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        before = [evidence.passage(quote.key) for sentence in begun.sentences for quote in sentence.quotes]
        chosen = [passage for passage in before if passage]
        already = len(chosen)
        unanswered: list[Part] = []
        for found in evidence.found:
            if found.part not in begun.unanswered:
                continue
            fitting = self._find_fitting(found, query.said)
            if not fitting:
                unanswered.append(found.part)
            for passage in self._pick(fitting, found.part, chosen):
                chosen.extend(self._with_correction(passage, evidence, chosen))
        suggestions = _suggest(query, evidence, chosen)
        sentences = (*begun.sentences, *map(_quote, chosen[already:]))
        return Draft(
            composer=begun.composer if begun.sentences else "quotes",
            sentences=sentences,
            suggestions=suggestions,
            declined="" if len(chosen) > already else "no statement answers the question",
            unanswered=tuple(unanswered),
            dropped=begun.dropped,
        )

    def pick(self, found: Found, said: Sequence[str]) -> list[Passage]:
        """What would be said of one part by itself, best first."""
        return self._pick(self._find_fitting(found, said), found.part, ())

    def _find_fitting(self, found: Found, said: Sequence[str]) -> list[_Candidate]:
        """What answers the part, best first, as far down as it can matter; a number asked back is not for quotes."""
        if asked_back(found.part):
            return []
        asked = Asked(found.part, self._lexicon)
        heard = said if found.part.leans_on else ()
        candidates = (_Candidate(scored, _rank_among(scored, heard)) for scored in found.passages[:CONSIDERED])
        fitting: list[_Candidate] = []
        for candidate in sorted(candidates, key=lambda one: -one.rank):
            if fitting and candidate.rank < fitting[0].rank - _REACH:
                break
            if asked.fit(candidate.scored).score >= ANSWERS:
                fitting.append(candidate)
        return fitting

    def _pick(self, fitting: Sequence[_Candidate], part: Part, chosen: Sequence[Passage]) -> list[Passage]:
        """Those that say most and say nothing twice; a list is asked for to be whole."""
        most, companion = (_MOST_LISTED, _LISTED) if _LIST.search(part.text) else (_MOST_STATEMENTS, _COMPANION)
        picked: list[Passage] = []
        for candidate in fitting:
            if len(picked) == most or candidate.rank < fitting[0].rank - companion:
                break
            strongest = self._strongest(candidate, fitting)
            if not any(self.adds_nothing(strongest, other) for other in (*picked, *chosen)):
                picked.append(strongest)
        return picked

    def _strongest(self, candidate: _Candidate, fitting: Sequence[_Candidate]) -> Passage:
        """The candidate's statement, or one from a stronger source that says it too and is found nearly as well."""
        others = [
            other.passage
            for other in fitting
            if other.rank > candidate.rank - _COMPANION and self.adds_nothing(candidate.passage, other.passage)
        ]
        return max((candidate.passage, *others), key=lambda passage: TIER_RANK[passage.source.evidence])

    def adds_nothing(self, one: Passage, other: Passage) -> bool:
        """Whether a statement says little that another does not: measured on what it speaks of. Two figures in common
        make it likelier; a contrast (before, half, not) makes them two statements."""
        mine, theirs = self._lexicon.substance_of(one), self._lexicon.substance_of(other)
        shared = mine & theirs
        in_figures = sum(term[0].isdigit() and not _YEAR.fullmatch(term) for term in shared) >= 2
        if one.key != other.key and not in_figures and _contrasts(one.text) != _contrasts(other.text):
            return False
        return len(shared) >= (_SAME_IN_FIGURES if in_figures else _SAME) * len(mine)

    def _with_correction(self, passage: Passage, evidence: Evidence, chosen: list[Passage]) -> list[Passage]:
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


def _rank_among(scored: ScoredPassage, heard: Sequence[str]) -> float:
    said_already = any(scored.passage.text in turn for turn in heard)
    return rank_scored(scored) - (_SAID_ALREADY if said_already else 0.0)


@lru_cache(4096)
def _contrasts(text: str) -> frozenset[str]:
    """Words by which statements with the same subjects say opposite things."""
    tokens = tokenise(text)
    denied = {"not"} if any(is_negation(token) for token in tokens) else set()
    return frozenset(_CONTRAST.intersection(tokens) | denied)


def _quote(passage: Passage) -> Sentence:
    return Sentence(passage.text, (Quote(passage.key, passage.text, passage.start, passage.end),))


def _suggest(query: Query, evidence: Evidence, chosen: list[Passage]) -> tuple[str, ...]:
    """Questions that the nearest statements not yet said do answer."""
    said = {passage.key for passage in chosen}
    nearest = [
        scored.passage
        for found in evidence.found
        for scored in found.passages
        if scored.dense >= _RELATED and scored.passage.key not in said
    ]
    asks = dict.fromkeys(passage.asks[0] for passage in nearest if passage.asks)
    asks.pop(query.text, None)
    return tuple(asks)[:_MOST_SUGGESTIONS]
