"""What the corpus covers, and what it leaves out: statements nobody asks about or quotes, figures that disagree,
answers that run out, and questions that nothing answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from isletbot.corpus import ContradictingPair
from isletbot.curation.conversation_review import ExpiringItem, UnansweredQuestion
from isletbot.types import Passage

SOON = timedelta(days=60)
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class AskedCase:
    """A case of the evaluation whose question the sources answer."""

    facts: frozenset[str]
    """The numbers of the facts it was written from, as `coverage.yaml` counts them."""
    sources: frozenset[str]
    """The sources of which its reply cites one; empty allows any."""
    wanted: tuple[tuple[re.Pattern[str], ...], ...]
    """What its reply must say: of each group any pattern."""


@dataclass(frozen=True, slots=True)
class QuotingAnswer:
    """An approved answer, of the corpus folder or of staff."""

    words: str
    keys: frozenset[str]
    """The statements it quotes."""
    review_due: date
    expires: date
    path: str = ""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    statements: int
    cases: int
    """The cases whose question the sources answer; with none, what nobody asks about is not known."""
    unasked: tuple[Passage, ...]
    unquoted: tuple[Passage, ...]
    due: tuple[ExpiringItem, ...]
    contradictions: tuple[ContradictingPair, ...]
    unanswered: tuple[UnansweredQuestion, ...]


def find_unasked(
    passages: Sequence[Passage], facts: Mapping[str, Sequence[str]], cases: Sequence[AskedCase]
) -> tuple[Passage, ...]:
    """Finds the statements that no case asks about. A case asks about those that hold the facts it was written from;
    where the corpus lists no facts, about those that say everything its reply must say."""
    if not cases:
        return ()
    asked: set[str] = set()
    for case in cases:
        if facts:
            asked.update(name for fact in case.facts for name in _find_holders(fact, facts))
        else:
            asked.update(passage.statement for passage in _find_matching(passages, case))
    return tuple(passage for passage in passages if passage.statement not in asked)


def _find_holders(fact: str, facts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """`B7` names all of B7.1, B7.2 and so on."""
    for known, statements in facts.items():
        if known == fact or known.startswith(f"{fact}."):
            yield from statements


def _find_matching(passages: Sequence[Passage], case: AskedCase) -> Iterator[Passage]:
    for passage in passages if case.wanted else ():
        if case.sources and passage.source.id not in case.sources:
            continue
        if all(any(pattern.search(passage.text) for pattern in patterns) for patterns in case.wanted):
            yield passage


def find_unquoted(passages: Sequence[Passage], answers: Sequence[QuotingAnswer]) -> tuple[Passage, ...]:
    quoted = frozenset[str]().union(*(answer.keys for answer in answers))
    return tuple(passage for passage in passages if passage.key not in quoted)


def find_due(answers: Sequence[QuotingAnswer], today: date) -> tuple[ExpiringItem, ...]:
    """Finds what is over or will be within `SOON`, the most urgent first."""
    dates = [
        *(ExpiringItem("review", answer.words, answer.review_due, answer.path) for answer in answers),
        *(ExpiringItem("end", answer.words, answer.expires, answer.path) for answer in answers),
    ]
    return tuple(sorted((one for one in dates if one.due <= today + SOON), key=lambda one: (one.due, one.name)))
