"""Says a plan as sentences: plain forms, short ones where a statement goes on from the one before it, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isletbot.answering.text import content_words, stem
from isletbot.types import ApprovedAnswer, Opening, Passage, Quote, Sentence

_SAYS_NOTHING_NEW = 0.75
"""Share of a sentence's words that one said before it has, from the same statement, where another answer repeats it:
"The trial record listed an enrolment of 52 people on 4 October 2026", twice."""
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
    sentences: list[Sentence] = []
    for answer in plan.answers:
        before = tuple(sentences)  # within one answer both "10 of the 12 did" and "2 of the 12 did not" are said
        sentences += [one for one in answer.sentences if not any(_repeats(one, said) for said in before)]
    if plan.opening and sentences:
        words, first = openings[plan.opening], sentences[0]
        sentences[0] = Sentence(f"{words} {first.text}", first.quotes, opening=words)
    return tuple(dict.fromkeys((*sentences, *_say_statements(plan.statements))))


def _repeats(sentence: Sentence, said: Sentence) -> bool:
    """Whether a sentence of one answer says no more than one of another answer before it."""
    if not {quote.key for quote in sentence.quotes} & {quote.key for quote in said.quotes}:
        return False
    mine, theirs = (frozenset(map(stem, content_words(one.text))) for one in (sentence, said))
    figures = {word for word in mine - theirs if any(letter.isdigit() for letter in word)}
    return not figures and len(mine & theirs) >= _SAYS_NOTHING_NEW * len(mine)


def _say_statements(statements: Sequence[Passage]) -> Iterator[Sentence]:
    before: Passage | None = None
    for passage in statements:
        goes_on = before is not None and (before.source.id, before.heading) == (passage.source.id, passage.heading)
        text = passage.again if goes_on and passage.again else passage.plain
        yield Sentence(text, (Quote(passage.key, passage.text, passage.start, passage.end),))
        before = passage
