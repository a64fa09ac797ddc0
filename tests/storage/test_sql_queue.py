"""The staff's queue and the sources' states, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from isletbot.curation.auto_close import AutoClose
from isletbot.curation.queue import EditConflict, GroupChange, GroupNote, QueueFilter, QueueGroup, QueueItem, StaffCase
from isletbot.curation.queue_intake_job import QueueIntakeJob
from isletbot.curation.records import Retention
from isletbot.curation.sources import SourceDecision, SourceVersion
from isletbot.ports import Vectors
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_sources import SqlSources
from tests.builders import a_source
from tests.kept import DAY, HOUR, NOW, a_handoff, a_record, a_session, a_trace
from tests.scripted import an_answer

SECOND = timedelta(seconds=1)


class ByFirstWord:
    """Texts that begin alike mean the same."""

    digest = "words"

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, sum(map(ord, text.split()[0])) % 64] = 1
        return vectors


@pytest.fixture
def queue(records: SqlRecords) -> SqlQueue:
    return SqlQueue(records.database)


@pytest.fixture
def intake(records: SqlRecords) -> SqlQueueIntake:
    return SqlQueueIntake(records.database)


def run_job(intake: SqlQueueIntake) -> int:
    return QueueIntakeJob(intake, ByFirstWord(), lambda text: text.replace("Anna", "[name]"), lambda: NOW).run()


def decline(records: SqlRecords, name: str, question: str = "Cost of it?", **changes: object) -> None:
    answer = an_answer("not_in_corpus", id=name, trace=a_trace(question, found=(), findings=()))
    records.keep_answer(replace(a_record(name, question), answer=answer, **{"at": NOW, **changes}))  # type: ignore[arg-type]


def list_groups(queue: SqlQueue, **wanted: object) -> tuple[QueueGroup, ...]:
    return queue.list_groups(QueueFilter(**wanted), NOW, 50)  # type: ignore[arg-type]


def test_what_was_declined_is_grouped_by_meaning_once(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    for place, question in enumerate(("Cost of it?", "Cost in euros?", "Pets allowed?")):
        decline(records, f"a{place}", question, at=NOW - place * HOUR)
    assert run_job(intake) == 3
    assert run_job(intake) == 0
    assert [(group.title, dict(group.counts)) for group in list_groups(queue)] == [
        ("Cost in euros?", {"declined": 2}),
        ("Pets allowed?", {"declined": 1}),
    ]
    decline(records, "a9", "Cost again?")
    assert run_job(intake) == 1
    assert list_groups(queue)[0].count == 3


def test_a_record_that_is_kept_a_little_late_is_not_missed(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    decline(records, "a1")
    run_job(intake)
    decline(records, "a2", at=NOW - HOUR / 12)
    assert run_job(intake) == 1


def test_unsafe_marks_come_first(records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake) -> None:
    for place in range(3):
        decline(records, f"a{place}")
    records.keep_answer(a_record("b1", "Alcohol?"))
    assert records.rate_answer("b1", "", "unsafe", "it harmed", NOW)
    run_job(intake)
    first, second = list_groups(queue)
    assert (first.title, dict(first.counts)) == ("Alcohol?", {"unsafe": 1, "unverified": 1})
    assert second.count == 3
    assert next(item.detail for item in queue.list_items(first.id, 10)) == "it harmed"


def test_a_group_says_how_this_week_differs_from_the_last(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    for place, days in enumerate((1, 2, 8, 20)):
        decline(records, f"a{place}", at=NOW - days * DAY)
    run_job(intake)
    [group] = list_groups(queue)
    assert (group.trend.now, group.trend.before, group.count) == (2, 1, 4)
    assert group.trend.words == "1 more than the week before"


def test_somebody_who_waits_has_a_group_of_their_own_and_no_contact_in_it(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    records.keep_handoff(a_handoff(question="Anna here, please call."), [])
    run_job(intake)
    [group] = list_groups(queue, kind="handoff")
    assert (group.title, group.topic) == ("[name] here, please call.", "handoff:h1")
    assert "555" not in str(queue.list_items(group.id, 10))
    assert queue.read_contact("h1") == ("Anna here, please call.", "Anna Berg, 555 0100")


def test_what_is_forgotten_is_forgotten_here_too(records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake) -> None:
    records.open_session(a_session(), "digest")
    decline(records, "a1", session_id="s1")
    run_job(intake)
    records.delete_session("s1")
    run_job(intake)
    assert list_groups(queue) == ()


def test_a_group_whose_first_items_were_purged_still_takes_in_what_means_the_same(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    for place in range(12):
        decline(records, f"a{place:02}", f"Cost {place:02}", at=NOW - (12 - place) * DAY)
    run_job(intake)
    records.purge(NOW, Retention(days=3, handoff_days=90, session_idle=HOUR))
    decline(records, "b1", "Cost anew")
    run_job(intake)
    [group] = list_groups(queue)
    assert (group.count, group.title) == (3, "Cost 10")


def test_two_servers_do_not_enter_at_once(intake: SqlQueueIntake) -> None:
    assert intake.take_turn(NOW)
    assert not intake.take_turn(NOW + SECOND)
    assert intake.take_turn(NOW + HOUR), "a server that died does not hold it for ever"
    intake.end_turn()
    assert intake.take_turn(NOW)


def test_a_change_made_meanwhile_is_noticed(records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake) -> None:
    decline(records, "a1")
    run_job(intake)
    [group] = list_groups(queue)
    queue.change_group(group.id, GroupChange(state="assigned", assignee="anna"), group.revision)
    with pytest.raises(EditConflict):
        queue.change_group(group.id, GroupChange(assignee="bert"), group.revision)
    [kept] = list_groups(queue, assignee="anna")
    assert (kept.assignee, kept.state) == ("anna", "assigned")


@pytest.mark.parametrize(
    ("ending", "kind", "back"),
    [("done", "declined", True), ("out of scope", "declined", False), ("out of scope", "unsafe", True)],
)
def test_a_closed_group_comes_back_when_it_has_to(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake, ending: str, kind: str, back: bool
) -> None:
    decline(records, "a1")
    run_job(intake)
    [group] = list_groups(queue)
    queue.change_group(group.id, GroupChange(state="closed", ending=ending), group.revision)  # type: ignore[arg-type]
    decline(records, "a2", at=NOW + SECOND)
    if kind == "unsafe":
        records.rate_answer("a2", "", "unsafe", "", NOW + SECOND)
    run_job(intake)
    assert bool(list_groups(queue)) == back


def test_a_snoozed_group_sleeps_until_its_day(records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake) -> None:
    decline(records, "a1")
    run_job(intake)
    [group] = list_groups(queue)
    queue.change_group(group.id, GroupChange(state="snoozed", snoozed_until=NOW + DAY), group.revision)
    assert list_groups(queue) == ()
    assert len(list_groups(queue, state="snoozed")) == 1
    [later] = queue.list_groups(QueueFilter(), NOW + 2 * DAY, 50)
    assert (later.state, later.snoozed_until) == ("open", None)


def test_an_approved_answer_closes_a_group_and_opens_it_when_it_leaves(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    decline(records, "a1")
    run_job(intake)
    [group] = list_groups(queue)
    intake.close_answered(group.id, "cost-1")
    assert list_groups(queue) == ()
    intake.answer_left("cost-1", "What does it cost?", "a quote no longer stands in nejm-2025", NOW + HOUR)
    intake.answer_left("cost-1", "What does it cost?", "a quote no longer stands in nejm-2025", NOW + HOUR)
    [back] = list_groups(queue)
    assert (back.id, dict(back.counts)) == (group.id, {"left": 1, "declined": 1})
    intake.answer_left("other", "Who made it?", "it expired", NOW)
    assert {found.topic for found in list_groups(queue)} == {"", "answer:other"}


def test_notes_and_cases_are_kept_and_words_are_found(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    decline(records, "a1", "Cost 100% mine?")
    run_job(intake)
    [group] = list_groups(queue, words="100%")
    assert list_groups(queue, words="100_") == ()
    queue.add_note(group.id, GroupNote("anna", NOW, "Ask Vertex"))
    case = StaffCase("c1", group.id, "What does it cost?", "not_in_corpus", (), "anna", NOW)
    queue.add_case(case)
    assert queue.list_notes(group.id) == (GroupNote("anna", NOW, "Ask Vertex"),)
    assert queue.list_cases(group.id) == queue.list_cases() == (case,)
    assert queue.count_groups(QueueFilter(words="cost"), NOW) == 1


def test_a_report_stands_once_under_its_topic(queue: SqlQueue, intake: SqlQueueIntake) -> None:
    item = QueueItem("source:x:1", "source", "A new version", "changed: #deaths", NOW, "source:x")
    intake.report(item)
    intake.report(item)
    intake.report(replace(item, id="source:x:2", at=NOW + HOUR))
    [group] = list_groups(queue)
    assert (group.topic, group.count) == ("source:x", 2)


def test_decisions_about_sources_and_their_versions_are_kept(records: SqlRecords) -> None:
    sources = SqlSources(records.database)
    sources.decide(SourceDecision("paper", "withdrawn", "anna", NOW, "retracted"))
    sources.decide(SourceDecision("paper", "approved", "bert", NOW + HOUR, "it was another paper"))
    assert sources.list_decisions()["paper"].who == "bert"
    first, second = (
        SourceVersion(a_source(version="sha256:1"), "one", NOW),
        SourceVersion(a_source(version="sha256:2"), "two", NOW),
    )
    sources.keep_versions([first])
    sources.keep_versions([replace(second, opened_at=NOW + HOUR)])
    sources.keep_versions([replace(first, opened_at=NOW + 2 * HOUR)])
    assert [version.text for version in sources.list_versions("paper")] == ["one", "two"]
    assert sources.list_latest() == (replace(first, opened_at=NOW + 2 * HOUR),)


def test_a_group_closes_by_itself_when_an_answer_is_live_and_comes_back_when_it_left(
    records: SqlRecords, queue: SqlQueue, intake: SqlQueueIntake
) -> None:
    decline(records, "a1", "Cost of it?")
    decline(records, "b1", "Alcohol?")
    records.rate_answer("b1", "", "wrong", "", NOW)
    run_job(intake)
    audit, served = SqlAuditLog(records.database), dict[str, str]()
    transaction = records.database.write
    settling = AutoClose(
        queue, intake, audit, transaction, lambda: dict(served), lambda _: "cost-1" * bool(served), lambda: NOW
    )
    settling.run()
    assert len(list_groups(queue)) == 2
    served["cost-1"] = "What does it cost?"
    settling.run()
    [closed] = list_groups(queue, state="closed")
    assert (closed.title, closed.ending, closed.answer_id) == ("Cost of it?", "answered", "cost-1")
    assert [group.title for group in list_groups(queue)] == ["Alcohol?"], "it may be marked for that very answer"
    served.clear()
    settling.run()
    settling.run()
    assert {group.title for group in list_groups(queue)} == {"Cost of it?", "Alcohol?"}
    [row, again] = audit.everything()
    assert (row.event.action, row.event.who) == ("queue.closed", "isletbot")
    assert again.event.action == "queue.reopened"
