"""Says a plan as sentences: plain forms, short ones where a statement goes on from the one before it, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isletbot.types import ApprovedAnswer, Opening, Passage, Quote, Sentence

Openings = Mapping[Opening, str]
"""The words of each opening."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reply says, in order, before it has words."""

    answers: tuple[ApprovedAnswer, ...] = ()
    statements: tuple[Passage, ...] = ()
    opening: Opening | None = None
    """Before the first sentence of the first answer."""


def say_plan(plan: Plan, openings: Openings) -> tuple[Sentence, ...]:
    """The answers as they were approved, then the statements in their plain form."""
    sentences = [sentence for answer in plan.answers for sentence in answer.sentences]
    if plan.opening and sentences:
        words, first = openings[plan.opening], sentences[0]
        sentences[0] = Sentence(f"{words} {first.text}", first.quotes, opening=words)
    return tuple(dict.fromkeys((*sentences, *_say_statements(plan.statements))))


def _say_statements(statements: Sequence[Passage]) -> Iterator[Sentence]:
    before: Passage | None = None
    for passage in statements:
        goes_on = before is not None and (before.source.id, before.heading) == (passage.source.id, passage.heading)
        text = passage.again if goes_on and passage.again else passage.plain
        yield Sentence(text, (Quote(passage.key, passage.text, passage.start, passage.end),))
        before = passage
