"""What staff's cases teach, in SQLite and in PostgreSQL."""

from __future__ import annotations

import pytest

from isletbot.curation.lessons import Lesson
from isletbot.curation.queue import GroupChange, QueueItem, StaffCase
from isletbot.storage.sql_lessons import SqlLessons
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_records import SqlRecords
from tests.kept import HOUR, NOW

COST = StaffCase("c1", "g1", "What does it cost?", "not_in_corpus", (), "anna", NOW)
OFF = StaffCase("c0", "g1", "Who came off?", "answered", ("10",), "anna", NOW + HOUR)


@pytest.fixture
def queue(records: SqlRecords) -> SqlQueue:
    """With an empty group `g1`."""
    item = QueueItem("declined:a1", "declined", "Who came off?", "", NOW)
    SqlQueueIntake(records.database).keep([(item, None, "g1")], NOW)
    return SqlQueue(records.database)


def test_cases_are_told_with_the_answer_that_closed_their_group(records: SqlRecords, queue: SqlQueue) -> None:
    lessons = SqlLessons(records.database)
    assert lessons.list_lessons() == ()
    queue.add_case(OFF)
    queue.add_case(COST)
    assert lessons.list_lessons() == (Lesson(COST.question, "not_in_corpus", ""), Lesson(OFF.question, "answered", ""))
    SqlQueueIntake(records.database).close_answered("g1", "off-insulin")
    assert [lesson.answer_id for lesson in lessons.list_lessons()] == ["off-insulin", "off-insulin"]


def test_a_case_whose_group_is_gone_names_no_answer(records: SqlRecords, queue: SqlQueue) -> None:
    queue.add_case(StaffCase("c2", "gone", "Who made it?", "answered", (), "anna", NOW))
    assert SqlLessons(records.database).list_lessons() == (Lesson("Who made it?", "answered", ""),)


def test_every_change_of_the_lessons_is_counted(records: SqlRecords, queue: SqlQueue) -> None:
    lessons, intake = SqlLessons(records.database), SqlQueueIntake(records.database)
    counted = [lessons.count_changes()]
    for change in (
        lambda: queue.add_case(COST),
        lambda: intake.close_answered("g1", "off-insulin"),
        lambda: queue.add_case(OFF),
        lambda: intake.close_answered("g1", "deaths"),
    ):
        change()
        counted.append(lessons.count_changes())
    assert len(set(counted)) == len(counted)


def test_work_on_a_group_that_no_answer_closed_changes_no_lesson(records: SqlRecords, queue: SqlQueue) -> None:
    lessons = SqlLessons(records.database)
    counted = lessons.count_changes()
    queue.change_group("g1", GroupChange("assigned", assignee="anna"), 1)
    assert lessons.count_changes() == counted
