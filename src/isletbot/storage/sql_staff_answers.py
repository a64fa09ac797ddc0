"""The records hold the answers that staff write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from isletbot.curation.staff_answers import AnswerUse, AnswerVersion, AnswerWording, StaffAnswer, VersionConflict
from isletbot.storage.answer_tables import answer_changes, answer_uses, answer_versions, staff_answers
from isletbot.storage.database import Database
from isletbot.storage.stored_findings import finding_to_json, read_finding
from isletbot.storage.tables import answers

_FIELDS = [column for column in answer_versions.c if column.name != "cases"]


class SqlStaffAnswers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def begin_answer(self, version: AnswerVersion) -> None:
        row = {"id": version.answer_id, "made_by": version.written_by, "unpublished": ""}
        with self._database.write() as connection:
            connection.execute(insert(staff_answers).values(**row, latest=1, latest_at=version.written_at))
            connection.execute(insert(answer_versions).values(**_make_version_row(version), cases=[]))

    def save_version(self, version: AnswerVersion) -> None:
        is_next = (staff_answers.c.id == version.answer_id) & (staff_answers.c.latest == version.number - 1)
        moved = update(staff_answers).where(is_next).values(latest=version.number, latest_at=version.written_at)
        with self._database.write() as connection:
            if connection.execute(moved).rowcount != 1:
                raise VersionConflict(_read_latest(connection, version.answer_id))
            connection.execute(insert(answer_versions).values(**_make_version_row(version), cases=[]))

    def approve_version(self, version: AnswerVersion, cases: Sequence[Mapping[str, object]]) -> None:
        is_latest = (staff_answers.c.id == version.answer_id) & (staff_answers.c.latest == version.number)
        lives = update(staff_answers).where(is_latest).values(live=version.number, unpublished="", unpublished_at=None)
        is_this = (answer_versions.c.answer_id == version.answer_id) & (answer_versions.c.number == version.number)
        signed = {
            "approved_by": version.approved_by,
            "approved_at": version.approved_at,
            "built_on": list(version.built_on),
            "findings": [finding_to_json(finding) for finding in version.findings],
            "cases": [dict(case) for case in cases],
        }
        with self._database.write() as connection:
            if connection.execute(lives).rowcount != 1:
                raise VersionConflict(_read_latest(connection, version.answer_id))
            connection.execute(update(answer_versions).where(is_this).values(**signed))
            _count_change(connection)

    def unpublish(self, version: AnswerVersion, why: str, at: datetime) -> bool:
        is_live = (staff_answers.c.id == version.answer_id) & (staff_answers.c.live == version.number)
        gone = update(staff_answers).where(is_live).values(live=None, unpublished=why, unpublished_at=at)
        with self._database.write() as connection:
            if connection.execute(gone).rowcount != 1:
                return False
            _count_change(connection)
            return True

    def find_answer(self, answer_id: str) -> StaffAnswer | None:
        return next(iter(self._list(staff_answers.c.id == answer_id)), None)

    def list_answers(self) -> tuple[StaffAnswer, ...]:
        return self._list(staff_answers.c.id.is_not(None))

    def list_versions(self, answer_id: str) -> tuple[AnswerVersion, ...]:
        wanted = select(*_FIELDS).where(answer_versions.c.answer_id == answer_id)
        return self._read_versions(wanted.order_by(answer_versions.c.number.desc()))

    def list_live(self) -> tuple[AnswerVersion, ...]:
        return self._read_versions(_is_live(*_FIELDS))

    def list_cases(self) -> tuple[Mapping[str, object], ...]:
        with self._database.read() as connection:
            found = connection.execute(_is_live(answer_versions.c.cases)).scalars()
            return tuple(case for cases in found for case in cases)

    def count_changes(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(select(answer_changes.c.count)).scalar_one())

    def count_uses(self, since: datetime) -> Mapping[str, int]:
        counted = select(answer_uses.c.approved_id, func.count()).where(answer_uses.c.at >= since)
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(answer_uses.c.approved_id))
            return {answer_id: int(count) for answer_id, count in rows}

    def list_uses(self, answer_id: str, since: datetime, most: int) -> tuple[AnswerUse, ...]:
        wanted = (
            select(answers.c.id, answers.c.question, answers.c.at)
            .join(answer_uses, answer_uses.c.answer_id == answers.c.id)
            .where(answer_uses.c.approved_id == answer_id, answer_uses.c.at >= since)
            .order_by(answer_uses.c.at.desc())
            .limit(most)
        )
        with self._database.read() as connection:
            return tuple(AnswerUse(*row) for row in connection.execute(wanted))

    def _list(self, which: Any) -> tuple[StaffAnswer, ...]:
        wanted = select(staff_answers).where(which).order_by(staff_answers.c.latest_at.desc(), staff_answers.c.id)
        joined = select(*_FIELDS).join(staff_answers, staff_answers.c.id == answer_versions.c.answer_id)
        shown = answer_versions.c.number.in_([staff_answers.c.latest, staff_answers.c.live])
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            found = connection.execute(joined.where(which, shown))
            versions = {(row.answer_id, row.number): _read_version(row) for row in found}
        return tuple(
            StaffAnswer(
                row.id,
                row.made_by,
                versions[row.id, row.latest],
                versions[row.id, row.live] if row.live else None,
                row.unpublished,
                row.unpublished_at,
            )
            for row in rows
        )

    def _read_versions(self, wanted: Select[Any]) -> tuple[AnswerVersion, ...]:
        with self._database.read() as connection:
            return tuple(map(_read_version, connection.execute(wanted)))


def _is_live(*columns: Any) -> Select[Any]:
    is_live = (staff_answers.c.id == answer_versions.c.answer_id) & (staff_answers.c.live == answer_versions.c.number)
    return select(*columns).join(staff_answers, is_live).order_by(answer_versions.c.answer_id)


def _count_change(connection: Connection) -> None:
    connection.execute(update(answer_changes).values(count=answer_changes.c.count + 1))


def _read_latest(connection: Connection, answer_id: str) -> AnswerVersion:
    mine = (staff_answers.c.id == answer_versions.c.answer_id) & (staff_answers.c.latest == answer_versions.c.number)
    wanted = select(*_FIELDS).join(staff_answers, mine).where(staff_answers.c.id == answer_id)
    return _read_version(connection.execute(wanted).one())


def _make_version_row(version: AnswerVersion) -> Mapping[str, object]:
    wording = version.wording
    return {
        "answer_id": version.answer_id,
        "number": version.number,
        "asks": list(wording.asks),
        "say": list(wording.say),
        "owner": wording.owner,
        "review_due": wording.review_due,
        "expires": None if wording.expires == date.max else wording.expires,
        "findings": [finding_to_json(finding) for finding in version.findings],
        "written_by": version.written_by,
        "written_at": version.written_at,
        "why": version.why,
        "approved_by": version.approved_by,
        "approved_at": version.approved_at,
        "built_on": list(version.built_on),
    }


def _read_version(row: Row[Any]) -> AnswerVersion:
    wording = AnswerWording(tuple(row.asks), tuple(row.say), row.owner, row.review_due, row.expires or date.max)
    return AnswerVersion(
        answer_id=row.answer_id,
        number=row.number,
        wording=wording,
        findings=tuple(map(read_finding, row.findings)),
        written_by=row.written_by,
        written_at=row.written_at,
        why=row.why,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        built_on=tuple(row.built_on),
    )
