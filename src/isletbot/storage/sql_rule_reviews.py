"""The records hold the rules of triage as staff last signed them off."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import insert, select

from isletbot.curation.rule_reviews import RuleReview, RuleSummary
from isletbot.storage.database import Database
from isletbot.storage.staff_tables import rule_reviews


class SqlRuleReviews:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_review(self, review: RuleReview) -> None:
        with self._database.write() as connection:
            connection.execute(insert(rule_reviews).values(**asdict(review)))

    def find_latest_review(self) -> RuleReview | None:
        latest = select(rule_reviews).order_by(rule_reviews.c.number.desc()).limit(1)
        with self._database.read() as connection:
            found = connection.execute(latest).one_or_none()
        if found is None:
            return None
        rules = tuple(
            RuleSummary(**{**rule, "match": tuple(rule["match"]), "other": tuple(rule["other"])})
            for rule in found.rules
        )
        return RuleReview(found.signed_by, found.signed_at, rules)
