"""Answers the questions of the console's pages about past conversations and the overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from isletbot.curation.conversation_review import (
    ConversationFilter,
    ConversationReview,
    ExpiringItem,
    StoredReply,
    UnansweredQuestion,
    count_gaps,
)
from isletbot.live.bot import LiveBot
from isletbot.server.wire import answer_to_json
from isletbot.storage.sql_conversations import trace_to_json
from isletbot.types import Passage, Question, Turn

_GAPS, _LOOKED_AT = 10, 500


@dataclass(frozen=True, slots=True)
class InsightLookups:
    """Reads the bot's pipeline on every call, because another index may serve by then."""

    bot: LiveBot
    kept: ConversationReview

    def ask_again(self, text: str, history: Sequence[Turn]) -> StoredReply:
        answer = self.bot.ask(Question(text, tuple(history)))
        return StoredReply(answer_to_json(answer), trace_to_json(answer.trace))

    def find_passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return self.bot.line.index.passages(keys)

    def list_rules(self) -> list[str]:
        return [rule.id for tier in self.bot.line.rules.tiers.values() for rule in tier]

    def list_gaps(self, since: date) -> Sequence[UnansweredQuestion]:
        wanted = ConversationFilter(kind="not_in_corpus", since=datetime.combine(since, time(), UTC))
        return count_gaps(self.kept.list_questions(wanted, _LOOKED_AT).rows, _GAPS)

    def list_expiring(self) -> Sequence[ExpiringItem]:
        line = self.bot.line
        return [
            *(
                ExpiringItem("review of a source", source.title, source.review_due, f"/staff/sources/{source.id}")
                for source in line.index.sources
            ),
            *(
                ExpiringItem("end of an approved answer", answer.asks[0], answer.expires, "/staff/answers")
                for answer in line.answers.answers
                if answer.expires != date.max
            ),
        ]

    def name_source(self, source_id: str) -> str:
        sources = self.bot.line.index.sources
        return next((source.title for source in sources if source.id == source_id), source_id)
