"""Staff see which rules of triage are different from those that an approver last signed off, and sign off these."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from isletbot.answering.red_flags.patterns import WORDS
from isletbot.answering.red_flags.rules import Rule, Rules
from isletbot.curation.rule_reviews import RuleDifference, RuleReview, RuleReviews, RuleSummary, compare_rules
from isletbot.errors import InputError

_SHARED_ID = "shared-words"
_SHARED_MEANS = "The words that all rules share: who has a sign, whether it is now, and what only asks."


@dataclass(frozen=True, slots=True)
class RulesSince:
    """What became of the rules since a review."""

    review: RuleReview
    differences: tuple[RuleDifference, ...]
    digest: str
    """Of the rules in force, so that nobody signs off others than those that were read."""


@dataclass(frozen=True, slots=True)
class RuleReviewDesk:
    reviews: RuleReviews
    rules_now: Callable[[], Rules]

    def begin(self, at: datetime) -> None:
        """Keeps the rules of the first start, so that what a release or the clinic changes later can be told."""
        if self.reviews.find_latest_review() is None:
            self.reviews.keep_review(RuleReview("", at, summarise_rules(self.rules_now())))

    def find_changes(self) -> RulesSince | None:
        """None where no rules were kept yet."""
        review = self.reviews.find_latest_review()
        if review is None:
            return None
        now = summarise_rules(self.rules_now())
        return RulesSince(review, compare_rules(review.rules, now), _digest(repr(now)))

    def make_review(self, digest: str, by: str, at: datetime) -> RuleReview:
        """Returns the review without storing it; `digest` is that of the rules that were read. Raises InputError."""
        rules = summarise_rules(self.rules_now())
        if _digest(repr(rules)) != digest:
            raise InputError("The rules changed while you read them.", remedy="Read what is new, then sign them off.")
        return RuleReview(by, at, rules)


def summarise_rules(rules: Rules) -> tuple[RuleSummary, ...]:
    """Every rule in force, the gravest tier first, and the words that all share."""
    shared = _digest(repr([(name, pattern.pattern) for name, pattern in sorted(rules.frames.items())]))
    return (
        *(_summarise(rule) for tier in rules.tiers.values() for rule in tier),
        RuleSummary(_SHARED_ID, WORDS, "", _SHARED_MEANS, (), (), "", True, shared),
    )


def _summarise(rule: Rule) -> RuleSummary:
    matching = _digest(repr([pattern.pattern if pattern else "" for pattern in _list_patterns(rule)]))
    return RuleSummary(
        rule.id, rule.file, rule.tier, rule.means, rule.match, rule.other, rule.say, rule.certain, matching
    )


def _list_patterns(rule: Rule) -> Iterator[re.Pattern[str] | None]:
    yield from (rule.signs, rule.phrases, rule.unless, rule.without, *rule.needs)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
