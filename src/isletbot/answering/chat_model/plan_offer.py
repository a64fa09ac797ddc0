"""What a chat model that plans gets to see of what comes into question, and what it may propose of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Protocol, TypeVar

from isletbot.answering.chat_model.prompt import Fitting, delimit
from isletbot.answering.text import is_negation, tokenise
from isletbot.answering.verification.sums import asked_back
from isletbot.types import Evidence, Found, NearAnswer, Opening, Part, Passage, Query

MOST_ANSWERS, MOST_STATEMENTS = 6, 8
_MOST_PROPOSITIONS = 4
"""Of one answer and one opening: the rest would only make the prompt longer."""
_EARLIER, _LONGEST_TURN = 4, 400
"""Turns of the conversation that are shown, and characters of one."""
_SURE, _APART = 0.6, 0.2
"""Relevance of the best answer, and its distance to the second, from which the judge is sure."""

Objection = Callable[[NearAnswer, Found, Evidence], str]
"""Why an answer may not be given to a part; empty when it may."""
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Scope:
    """What comes into question."""

    objects: Objection
    fit: Fitting
    """The statements of a part that may be offered, best first."""
    least: float = 0.0
    """Relevance that something must have for a model to be asked that is not always asked."""


@dataclass(frozen=True, slots=True)
class PlanOffer:
    answers: Mapping[str, NearAnswer]
    """By id."""
    statements: Mapping[str, Passage]
    """By key."""
    parts: Mapping[str, frozenset[Part]]
    """What each of them was found for, by id or key."""
    openings: tuple[Opening, ...] = ()
    """Those that some answer offered may begin with, for this question."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.answers, *self.statements)

    @property
    def shown(self) -> str:
        answers = (delimit("ANSWER", name, _describe(near, self.openings)) for name, near in self.answers.items())
        statements = (delimit("STATEMENT", name, passage.plain) for name, passage in self.statements.items())
        return "\n\n".join((*answers, *statements))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as a chat model proposes it: names of what it was shown, no word of its own. Not checked yet."""

    picks: tuple[str, ...]
    """Ids of approved answers and keys of statements, in order."""
    opening: str = "none"
    route: str = "answer"
    tokens: tuple[int, int] | None = field(default=None, compare=False)
    """Sent and written for it."""


class Planner(Protocol):
    """A chat model that picks from a list."""

    def propose(
        self, system: str, user: str, names: Sequence[str], openings: Sequence[str], cancelled: Callable[[], bool]
    ) -> Proposal:
        """`names` and `openings` are all it may use; whether it kept to them is for the caller to see. Raises
        ChatTrouble."""
        ...


def make_plan_offer(query: Query, evidence: Evidence, left: Sequence[Part], scope: Scope) -> PlanOffer:
    """For the parts that are left. A sum of a number said before is no matter of choice, so it is not offered."""
    found = [one for one in evidence.found if one.part in left and not asked_back(one.part)]
    answers = [[near for near in one.approved if not scope.objects(near, one, evidence)] for one in found]
    statements = [[scored.passage for scored in scope.fit(one)] for one in found]
    chosen = _first(chain.from_iterable(_in_turn(answers)), MOST_ANSWERS, lambda near: near.answer.id)
    read = _first(chain.from_iterable(_in_turn(statements)), MOST_STATEMENTS, lambda passage: passage.key)
    parts: dict[str, set[Part]] = {}
    for one, near, passages in zip(found, answers, statements, strict=True):
        for name in (*(each.answer.id for each in near), *(each.key for each in passages)):
            parts.setdefault(name, set()).add(one.part)
    return PlanOffer(chosen, read, {name: frozenset(asked) for name, asked in parts.items()}, _open(query, chosen))


def is_unsure(found: Found) -> bool:
    """Whether the best answer is not surely meant, or another is nearly as likely. A gap that has a name is none of
    doubt: asked of it, small models pick something all the same."""
    if found.gap or any(near.listed for near in found.approved):
        return False
    best, second = (*sorted((near.relevance for near in found.approved), reverse=True), 0.0, 0.0)[:2]
    return best < _SURE or best - second < _APART


def find_likeliest(offer: PlanOffer, evidence: Evidence) -> float:
    """Relevance of the likeliest of what is offered."""
    answers = [near.relevance for near in offer.answers.values()]
    scored = [one for found in evidence.found for one in found.passages if one.passage.key in offer.statements]
    return max((*answers, *(one.relevance or 0.0 for one in scored)), default=0.0)


def show_earlier(query: Query) -> str:
    """The last turns, each on one line between marks; empty when there are none."""
    turns = query.before[-_EARLIER:]
    said = (delimit("EARLIER", turn.role, turn.content[:_LONGEST_TURN]) for turn in turns)
    return "\n\n".join(said)


def show_question(query: Query) -> str:
    return delimit("QUESTION", "now", query.text)


def _open(query: Query, answers: Mapping[str, NearAnswer]) -> tuple[Opening, ...]:
    """None for two questions at once, nor for one that denies something itself: yes and no could be misread there."""
    if len(query.parts) > 1 or any(is_negation(token) for token in tokenise(query.text)):
        return ()
    return tuple(dict.fromkeys(one.opening for near in answers.values() for one in near.answer.propositions))


def _describe(near: NearAnswer, openings: Sequence[Opening]) -> str:
    text = " ".join(sentence.text for sentence in near.answer.sentences)
    for opening in openings:
        allowed = [one.text for one in near.answer.propositions if one.opening == opening][:_MOST_PROPOSITIONS]
        if allowed:
            text += f" | begins {opening} when asked whether " + "; ".join(allowed)
    return text


def _in_turn(lists: Sequence[Sequence[Shown]]) -> Iterator[list[Shown]]:
    """The first of each, then the second of each: every part gets its share."""
    for row in zip_longest(*lists):
        yield [one for one in row if one is not None]


def _first(candidates: Iterable[Shown], most: int, name: Callable[[Shown], str]) -> dict[str, Shown]:
    chosen: dict[str, Shown] = {}
    for one in candidates:
        if len(chosen) == most:
            break
        chosen.setdefault(name(one), one)
    return chosen
