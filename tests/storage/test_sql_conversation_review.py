"""What staff read back, from both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from isletbot.curation.conversation_review import ConversationFilter, QuestionPage
from isletbot.curation.daily_counts import Subject, find_quantile, sum_time_classes
from isletbot.curation.records import AnswerRecord
from isletbot.storage.migrations.versions import m0030_insight
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_daily_counts import SqlDailyCounts
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import tallies
from isletbot.types import Triage, Turn
from tests.kept import DAY, HOUR, NOW, RETENTION, a_record, a_session, a_trace
from tests.scripted import an_answer


def an_urgent_record(answer_id: str, **changes: object) -> AnswerRecord:
    trace = a_trace("I passed out", triage=Triage("urgent", "E1-unconscious", "passed out"))
    record = a_record(answer_id, "I passed out")
    return replace(record, answer=an_answer("urgent", id=answer_id, trace=trace), **changes)  # type: ignore[arg-type]


def ids(found: QuestionPage) -> list[str]:
    return [asked.answer_id for asked in found.rows]


@pytest.fixture
def filled(records: SqlRecords) -> SqlRecords:
    """Five questions an hour apart, `a0` the oldest, `a4` urgent and rated."""
    for number in range(4):
        records.keep_answer(a_record(f"a{number}", f"Question {number}?", at=NOW + number * HOUR))
    records.keep_answer(an_urgent_record("a4", at=NOW + 4 * HOUR))
    assert records.rate_answer("a4", "", "unsafe", "Call me", NOW + 5 * HOUR)
    return records


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ConversationFilter(), ["a4", "a3", "a2", "a1", "a0"]),
        (ConversationFilter(kind="urgent"), ["a4"]),
        (ConversationFilter(route="answer"), ["a3", "a2", "a1", "a0"]),
        (ConversationFilter(rule="E1-unconscious"), ["a4"]),
        (ConversationFilter(rating="unsafe"), ["a4"]),
        (ConversationFilter(rating="helpful"), []),
        (ConversationFilter(words="question 2"), ["a2"]),
        (ConversationFilter(words="100%"), []),
        (ConversationFilter(since=NOW + HOUR, until=NOW + 3 * HOUR), ["a2", "a1"]),
    ],
)
def test_the_list_holds_what_was_asked_for_the_newest_first(
    filled: SqlRecords, wanted: ConversationFilter, expected: list[str]
) -> None:
    assert ids(SqlConversationReview(filled.database).list_questions(wanted, 10)) == expected


def test_the_next_page_goes_on_where_the_last_one_ended_also_at_the_same_moment(records: SqlRecords) -> None:
    for number in range(5):
        records.keep_answer(a_record(f"a{number}", at=NOW))
    pages = read_pages(SqlConversationReview(records.database), ConversationFilter())
    assert pages == [["a4", "a3"], ["a2", "a1"], ["a0"]]


def read_pages(insight: SqlConversationReview, wanted: ConversationFilter) -> list[list[str]]:
    pages, place = [], None
    while not pages or place:
        page = insight.list_questions(wanted, 2, place)
        pages.append(ids(page))
        place = page.older
    return pages


def test_what_no_index_finds_is_looked_for_further_and_further_back(
    filled: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isletbot.storage.sql_conversation_review._LOOKED_THROUGH", 2)
    insight = SqlConversationReview(filled.database)
    assert read_pages(insight, ConversationFilter(words="question 0")) == [[], ["a0"]]
    assert read_pages(insight, ConversationFilter(kind="answered", route="answer")) == [["a3", "a2"], ["a1", "a0"]]
    assert insight.list_questions(ConversationFilter(words="question 0"), 2).scanned == 2
    assert read_pages(insight, ConversationFilter(kind="answered")) == [["a3", "a2"], ["a1", "a0"]]


def test_a_conversation_comes_back_whole_and_in_order(records: SqlRecords) -> None:
    records.open_session(a_session(), "digest")
    for number in range(2):
        records.keep_answer(a_record(f"a{number}", f"Question {number}?", session_id="s1", at=NOW + number * HOUR))
    records.rate_answer("a1", "s1", "wrong", "No.", NOW)
    insight = SqlConversationReview(records.database)
    [newest, _] = insight.list_questions(ConversationFilter(), 2).rows
    assert (newest.turns, newest.rating) == (2, "wrong")
    found = insight.find_conversation(newest.conversation_id)
    assert found is not None
    assert (found.door, found.widget) == ("chat", "demo")
    assert [reply.question for reply in found.replies] == ["Question 0?", "Question 1?"]
    assert [reply.rating_words for reply in found.replies] == ["", "No."]
    assert found.replies[0].reply.shown["kind"] == "answered"
    assert found.replies[0].reply.trace["found"] == [["k3f9", 0.91]]


def test_turns_that_the_caller_keeps_come_back_with_the_reply(records: SqlRecords) -> None:
    records.keep_answer(a_record("a1", earlier=(Turn("user", "Hello"), Turn("assistant", "Hello."))))
    insight = SqlConversationReview(records.database)
    found = insight.find_conversation(insight.list_questions(ConversationFilter(), 1).rows[0].conversation_id)
    assert found is not None
    assert [turn["content"] for turn in found.replies[0].earlier] == ["Hello", "Hello."]


def test_there_is_no_conversation_of_an_unknown_id(records: SqlRecords) -> None:
    assert SqlConversationReview(records.database).find_conversation("nowhere") is None


def test_counts_by_day_stay_when_the_conversations_are_deleted(filled: SqlRecords) -> None:
    filled.keep_answer(a_record("b0", at=NOW + DAY))
    later = NOW + timedelta(days=40)
    assert filled.purge(later, RETENTION).conversations == 6
    kept, today = SqlDailyCounts(filled.database), NOW.date()
    counted = [(tally.day, tally.name, tally.count) for tally in kept.list_counts("kind", today)]
    assert counted == [(today, "answered", 4), (today, "urgent", 1), (today + DAY, "answered", 1)]
    assert kept.rank_names("kind", today, 1) == (("answered", 5),)
    assert kept.rank_names("red_flag", today, 5) == (("E1-unconscious", 1),)
    assert kept.rank_names("topic", today, 5) == (("nejm-2025#Results", 5),)
    assert kept.list_counts("kind", today + 2 * DAY) == ()
    filled.purge(later + timedelta(days=400), RETENTION)
    assert kept.list_counts("kind", today) == ()


def test_a_rating_that_is_changed_counts_once_where_it_was_last_given(filled: SqlRecords) -> None:
    filled.rate_answer("a1", "", "wrong", "", NOW)
    filled.rate_answer("a1", "", "helpful", "", NOW + DAY)
    filled.rate_answer("a1", "", "helpful", "", NOW + DAY)
    found = SqlDailyCounts(filled.database).list_counts("rating", NOW.date())
    assert [(tally.day, tally.name, tally.count) for tally in found] == [
        (NOW.date(), "unsafe", 1),
        ((NOW + DAY).date(), "helpful", 1),
    ]


def test_times_are_counted_within_five_percent(records: SqlRecords) -> None:
    for number in range(1, 101):
        trace = a_trace(milliseconds={"retrieve": float(number)})
        record = a_record(f"a{number}")
        records.keep_answer(replace(record, answer=an_answer(id=f"a{number}", trace=trace)))
    counts = sum_time_classes(SqlDailyCounts(records.database).list_counts("milliseconds", NOW.date()))
    assert find_quantile(counts, 0.5) == pytest.approx(50, rel=0.05)
    assert find_quantile(counts, 0.95) == pytest.approx(95, rel=0.05)
    assert find_quantile({}, 0.5) == 0


def test_counting_begins_with_what_was_kept_before(filled: SqlRecords) -> None:
    counted = SqlDailyCounts(filled.database)
    subjects: tuple[Subject, ...] = ("kind", "composer", "red_flag", "milliseconds")
    before = {subject: counted.list_counts(subject, NOW.date()) for subject in subjects}
    with filled.database.write() as connection:
        tallies.drop(connection)
        with Operations.context(MigrationContext.configure(connection)):
            m0030_insight.upgrade()
    assert {subject: counted.list_counts(subject, NOW.date()) for subject in subjects} == before
    assert all(before.values())
