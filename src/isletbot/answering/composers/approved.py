"""The composer that gives an approved answer: the one the judge is sure of, for each part of the question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from isletbot.answering.composers.say_plan import Openings, Plan, say_plan
from isletbot.answering.glossary import Lexicon
from isletbot.answering.verification.sums import asked_back
from isletbot.ports import Reply
from isletbot.types import ApprovedAnswer, Composer, Draft, Evidence, Found, NearAnswer, Part, Query

_MOST_SUGGESTIONS = 2


@dataclass(frozen=True, slots=True)
class Match:
    """The answer most likely meant by one part."""

    near: NearAnswer
    least: float
    """Least relevance of an answer that is given."""
    reason: str
    """Why it is not given; empty when it is."""


class ApprovedComposer:
    name: Composer = "approved"

    def __init__(self, lexicon: Lexicon, least: float, openings: Openings) -> None:
        """`least` is the least relevance, 0..1, of an answer that is given."""
        self._lexicon = lexicon
        self._least = least
        self._openings = openings
        self._names = lru_cache(4096)(self._read_names)

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        """An answer speaks for each part it is surely meant by; the other parts stay unanswered."""
        unanswered: list[Part] = []
        unsure: list[str] = []
        meant: list[NearAnswer] = []
        for found in evidence.found:
            if found.part not in begun.unanswered:
                continue
            match = self.match(found, evidence)
            if query.said and asked_back(found.part) and not (match and match.near.listed):
                match = None  # "as a percentage?" wants the sum, not the answer that holds a percentage
            if match and not match.reason:
                meant.append(match.near)
            else:
                unanswered.append(found.part)
                unsure.append(match.reason if match else "none comes into question")
        # Two questions at once are not met by one yes or no.
        opening = meant[0].opening if meant and len(query.parts) == 1 else None
        said_of = [replace(near.answer, sentences=near.said or near.answer.sentences) for near in meant]
        plan = Plan(answers=tuple(dict.fromkeys(said_of)), opening=opening)
        said = tuple(dict.fromkeys((*begun.sentences, *say_plan(plan, self._openings))))
        return Draft(
            composer=begun.composer if begun.sentences else "approved",
            sentences=said,
            suggestions=suggest_others(evidence, plan.answers),
            declined="; ".join(unsure),
            unanswered=tuple(unanswered),
            dropped=begun.dropped,
            approved=tuple(dict.fromkeys(answer.id for answer in plan.answers)),
        )

    def match(self, found: Found, evidence: Evidence) -> Match | None:
        """The answer most likely meant by one part, however unlikely; None when none was found."""
        if not found.approved:
            return None
        best = max(found.approved, key=lambda near: near.relevance)
        return Match(best, self._least, self.find_objection(best, found, evidence))

    def find_objection(self, near: NearAnswer, found: Found, evidence: Evidence) -> str:
        """Why the answer is not given to this part; empty when it may be."""
        answer = near.answer
        if near.relevance < self._least:
            return f"{answer.id}: relevance {near.relevance:.2f}"
        if not all(evidence.passage(quote.key) for sentence in answer.wordings for quote in sentence.quotes):
            return f"{answer.id}: a source of it is not served"
        surest = max((scored.relevance or 0.0 for scored in found.passages), default=0.0)
        if surest > near.relevance and not near.listed:
            return f"{answer.id}: a statement is surer ({surest:.2f})"
        # "Did anybody die of another drug?" is not answered with the deaths after this one, however alike it sounds.
        strange = self._lexicon.elsewhere(found.part.terms) - self._names(answer)
        if strange and not near.listed and not near.beside:
            return f"{answer.id}: does not speak of {', '.join(sorted(strange))}"
        return ""

    def _read_names(self, answer: ApprovedAnswer) -> frozenset[str]:
        words = (*answer.asks, *(sentence.text for sentence in answer.sentences))
        return self._lexicon.elsewhere("\n".join(words))


def suggest_others(evidence: Evidence, given: Collection[ApprovedAnswer]) -> tuple[str, ...]:
    """Questions that the likeliest answers not given do answer."""
    others = [near.answer for found in evidence.found for near in found.approved]
    ids = {answer.id for answer in given}
    asks = (answer.asks[0] for answer in others if answer.id not in ids)
    return tuple(dict.fromkeys(asks))[:_MOST_SUGGESTIONS]
