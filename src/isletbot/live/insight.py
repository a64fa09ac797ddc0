"""Answers the questions of the console's pages about past conversations and the overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from isletbot.curation.insight import Expiring, Gap, Kept, KeptConversations, Wanted, count_gaps
from isletbot.live.bot import LiveBot
from isletbot.server.wire import answer_to_json
from isletbot.storage.conversations import trace_to_json
from isletbot.types import Passage, Question, Turn

_GAPS, _LOOKED_AT = 10, 500


@dataclass(frozen=True, slots=True)
class InsightLookups:
    """Reads the bot's pipeline on every call, because another index may serve by then."""

    bot: LiveBot
    kept: KeptConversations

    def ask_again(self, text: str, history: Sequence[Turn]) -> Kept:
        answer = self.bot.ask(Question(text, tuple(history)))
        return Kept(answer_to_json(answer), trace_to_json(answer.trace))

    def find_passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        return self.bot.line.index.passages(keys)

    def list_rules(self) -> list[str]:
        return [rule.id for tier in self.bot.line.rules.tiers.values() for rule in tier]

    def list_gaps(self, since: date) -> Sequence[Gap]:
        wanted = Wanted(kind="not_in_corpus", since=datetime.combine(since, time(), UTC))
        return count_gaps(self.kept.list_asked(wanted, _LOOKED_AT).asked, _GAPS)

    def list_expiring(self) -> Sequence[Expiring]:
        line = self.bot.line
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

    def name_source(self, source_id: str) -> str:
        sources = self.bot.line.index.sources
        return next((source.title for source in sources if source.id == source_id), source_id)
