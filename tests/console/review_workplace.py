"""A workplace whose people look back: some conversations are kept, and a scripted bot is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from isletbot.console.conversation_pages import ConversationBackend, make_conversation_pages
from isletbot.console.overview_pages import make_overview_pages
from isletbot.console.overview_tables import OverviewData
from isletbot.curation.conversation_review import ConversationFilter, ExpiringItem, StoredReply, count_gaps
from isletbot.server.wire import answer_to_json
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_conversations import trace_to_json
from isletbot.storage.sql_daily_counts import SqlDailyCounts
from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Finding, Part, Passage, Query, Quote, Sentence, Trace, Triage, Turn
from tests.builders import a_passage, a_reason
from tests.console.people import Workplace, a_workplace
from tests.kept import DAY, HOUR, NOW, a_record, a_session, a_trace
from tests.scripted import NEJM, WORDS, ScriptedBot, an_answer

KNOWN = replace(a_passage(WORDS, source=NEJM), key="k3f9", statement="nejm-2025#independence")
HOSTILE = "<script>alert(1)</script> =1+1"
TRACE = a_trace(
    query=Query("How many came off insulin", (Part("How many came off insulin"), Part("and when", "insulin"))),
    found=(("k3f9", 0.91), ("gone", 0.4)),
    drafts=(("approved", "no approved answer is near"), ("quotes", "")),
    findings=(
        Finding(Sentence(WORDS, (Quote("k3f9", WORDS, 120, 219),)), "supported", a_reason("its own words")),
        Finding(Sentence("All of them.", (Quote("k3f9", "All", 0, 3),)), "unsupported", a_reason("no such words")),
    ),
    versions={"index": "i0", "rules": "r1"},
)


def a_lookback(folder: Path, bot: ScriptedBot) -> Workplace:
    database = SqlRecords.open(None, folder).database
    kept = SqlConversationReview(database)

    def ask_again(text: str, history: Sequence[Turn]) -> StoredReply:
        answer = bot.ask(text, history)
        return StoredReply(answer_to_json(answer), trace_to_json(answer.trace))

    def find_passages(keys: Sequence[str]) -> Sequence[Passage]:
        return [KNOWN] if KNOWN.key in keys else []

    archive = ConversationBackend(kept, find_passages, ask_again, lambda: ["E1-unconscious", "P1-dose"], most_turns=2)
    facts = OverviewData(
        SqlDailyCounts(database),
        lambda _: count_gaps(kept.list_questions(ConversationFilter(kind="not_in_corpus"), 50).rows, 10),
        lambda: [ExpiringItem("review of a source", "An old paper", (NOW - 3 * DAY).date())],
        lambda source: NEJM.title if source == NEJM.id else source,
    )
    return a_workplace(folder, (make_conversation_pages(archive), make_overview_pages(facts)))


def keep_some(records: SqlRecords) -> None:
    """A session of two turns, the second rated; an urgent question; one that nobody can answer, asked three times."""
    records.open_session(a_session(), "digest")
    first, second = an_answer(id="a1", trace=TRACE), an_answer(id="a2", trace=a_trace("And a year later?"))
    records.keep_answer(a_record("a1", answer=first, session_id="s1", at=NOW - 2 * HOUR))
    records.keep_answer(a_record("a2", "And a year later?", answer=second, session_id="s1", at=NOW - HOUR))
    records.rate_answer("a2", "s1", "unsafe", "This is not what my doctor says.", NOW)
    urgent = Trace(triage=Triage("urgent", "E1-unconscious", "passed out"), milliseconds={"triage": 1.0})
    answer = an_answer("urgent", id="u1", trace=urgent)
    records.keep_answer(a_record("u1", "I passed out", answer=answer, at=NOW - DAY))
    for number, words in enumerate(("Can pigs be donors?", "can pigs be donors", HOSTILE)):
        answer = an_answer("not_in_corpus", id=f"n{number}", trace=a_trace(words))
        at = NOW - timedelta(days=2 + number)
        earlier = (Turn("user", "Hello"), Turn("assistant", "Hello."), Turn("user", "Who?"), Turn("assistant", "I."))
        records.keep_answer(a_record(f"n{number}", words, answer=answer, at=at, earlier=earlier))
