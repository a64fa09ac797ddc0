"""The records hold the lessons from staff's cases."""

from __future__ import annotations

from sqlalchemy import func, select

from isletbot.curation.lessons import Lesson
from isletbot.storage.database import Database
from isletbot.storage.queue_tables import groups, staff_cases


class SqlLessons:
    def __init__(self, database: Database) -> None:
        self._database = database

    def count_changes(self) -> int:
        """Returns a number that only grows: nobody deletes cases or groups that an answer closed, and a change is a
        revision."""
        cases = select(func.count()).select_from(staff_cases).scalar_subquery()
        grown = select(func.coalesce(func.sum(groups.c.revision), 0)).where(groups.c.answer_id != "").scalar_subquery()
        with self._database.read() as connection:
            return int(connection.execute(select(cases + grown)).scalar_one())

    def list_lessons(self) -> tuple[Lesson, ...]:
        given = func.coalesce(groups.c.answer_id, "")  # a case stays when its group goes
        query = select(staff_cases.c.question, staff_cases.c.kind, given)
        query = query.outerjoin(groups, groups.c.id == staff_cases.c.group_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(staff_cases.c.at, staff_cases.c.id))
            return tuple(Lesson(*row) for row in rows)
