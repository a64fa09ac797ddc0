"""Settings to the pages on which staff look back: conversations and overview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from isletbot.console.conversation_pages import ConversationBackend, make_conversation_pages
from isletbot.console.overview_pages import make_overview_pages
from isletbot.console.overview_tables import OverviewData
from isletbot.console.routing import PageRouter
from isletbot.curation.conversation_review import ConversationFilter, ExpiringItem, Gap, StoredReply, count_gaps
from isletbot.server.wire import answer_to_json
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_conversations import trace_to_json
from isletbot.storage.sql_daily_counts import SqlDailyCounts
from isletbot.types import Turn
from isletbot.wiring.live import LiveBot

_GAPS, _LOOKED_AT = 10, 500


def make_insight_pages(bot: LiveBot, settings: Settings, database: Database) -> Sequence[PageRouter]:
    """The bot's line is looked up anew every time: another index may serve by then."""
    kept = SqlConversationReview(database)

    def ask_again(text: str, history: Sequence[Turn]) -> StoredReply:
        answer = bot.ask(text, history)
        return StoredReply(answer_to_json(answer), trace_to_json(answer.trace))

    def list_gaps(since: date) -> Sequence[Gap]:
        wanted = ConversationFilter(kind="not_in_corpus", since=datetime.combine(since, time(), UTC))
        return count_gaps(kept.list_questions(wanted, _LOOKED_AT).rows, _GAPS)

    def list_expiring() -> Sequence[ExpiringItem]:
        line = bot.line
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

    def name_source(source_id: str) -> str:
        return next((source.title for source in bot.line.index.sources if source.id == source_id), source_id)

    archive = ConversationBackend(
        conversations=kept,
        find_passages=lambda keys: bot.line.index.passages(keys),
        ask_again=ask_again,
        list_rules=lambda: [rule.id for tier in bot.line.rules.tiers.values() for rule in tier],
        most_turns=settings.max_history_turns,
    )
    facts = OverviewData(SqlDailyCounts(database), list_gaps, list_expiring, name_source)
    return make_conversation_pages(archive), make_overview_pages(facts)
