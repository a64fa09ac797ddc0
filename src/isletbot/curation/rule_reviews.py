"""The rules of triage as staff last signed them off, and what is different since. Pure; a Protocol names the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

DifferenceKind = Literal["removed", "changed", "added"]


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """One rule as whoever signs it off reads it."""

    id: str
    file: str
    tier: str
    means: str
    match: tuple[str, ...]
    """Messages that it finds."""
    other: tuple[str, ...]
    """Messages that it does not find."""
    say: str
    certain: bool
    matching: str
    """A digest of what it is matched by: other phrases may find other messages while the examples stay."""


@dataclass(frozen=True, slots=True)
class RuleReview:
    signed_by: str
    """Empty for the rules of the first start, which nobody signed off."""
    signed_at: datetime
    rules: tuple[RuleSummary, ...]


@dataclass(frozen=True, slots=True)
class RuleDifference:
    kind: DifferenceKind
    before: RuleSummary
    """The rule itself where it was added."""
    now: RuleSummary
    """The rule itself where it was removed."""


class RuleReviews(Protocol):
    def keep_review(self, review: RuleReview) -> None: ...

    def find_latest_review(self) -> RuleReview | None: ...


def compare_rules(before: Sequence[RuleSummary], now: Sequence[RuleSummary]) -> tuple[RuleDifference, ...]:
    """Lists what was removed first, as a missing rule helps nobody, then what changed, then what was added."""
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in now}
    return (
        *(RuleDifference("removed", rule, rule) for rule in before if rule.id not in new),
        *(RuleDifference("changed", old[rule.id], rule) for rule in now if rule.id in old and old[rule.id] != rule),
        *(RuleDifference("added", rule, rule) for rule in now if rule.id not in old),
    )
