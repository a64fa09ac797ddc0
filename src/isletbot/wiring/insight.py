"""Builds the console's pages about past conversations and the overview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from isletbot.console.conversations import Archive, make_conversations_pages
from isletbot.console.figures import Facts
from isletbot.console.overview import make_overview_pages
from isletbot.console.pages import Pages
from isletbot.curation.insight import Expiring, Gap, Kept, Wanted, count_gaps
from isletbot.server.wire import answer_to_json
from isletbot.settings import Settings
from isletbot.storage.conversations import trace_to_json
from isletbot.storage.database import Database
from isletbot.storage.insight import SqlInsight
from isletbot.storage.tallies import SqlTallies
from isletbot.types import Turn
from isletbot.wiring.live import LiveBot

_GAPS, _LOOKED_AT = 10, 500


def make_insight_pages(bot: LiveBot, settings: Settings, database: Database) -> Sequence[Pages]:
    """Reads the bot's pipeline on every call, because another index may serve by then."""
    kept = SqlInsight(database)

    def ask_again(text: str, history: Sequence[Turn]) -> Kept:
        answer = bot.ask(text, history)
        return Kept(answer_to_json(answer), trace_to_json(answer.trace))

    def list_gaps(since: date) -> Sequence[Gap]:
        wanted = Wanted(kind="not_in_corpus", since=datetime.combine(since, time(), UTC))
        return count_gaps(kept.list_asked(wanted, _LOOKED_AT).asked, _GAPS)

    def list_expiring() -> Sequence[Expiring]:
        line = bot.line
        return [
            *(
                Expiring("review of a source", source.title, source.review_due, f"/staff/sources/{source.id}")
                for source in line.index.sources
            ),
            *(
                Expiring("end of an approved answer", answer.asks[0], answer.expires, "/staff/answers")
                for answer in line.answers.answers
                if answer.expires != date.max
            ),
        ]

    def name_source(source_id: str) -> str:
        return next((source.title for source in bot.line.index.sources if source.id == source_id), source_id)

    archive = Archive(
        kept=kept,
        find_passages=lambda keys: bot.line.index.passages(keys),
        ask_again=ask_again,
        list_rules=lambda: [rule.id for tier in bot.line.rules.tiers.values() for rule in tier],
        most_turns=settings.max_history_turns,
    )
    facts = Facts(SqlTallies(database), list_gaps, list_expiring, name_source)
    return make_conversations_pages(archive), make_overview_pages(facts)
