"""Answers that staff write, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from threading import Barrier, Thread

import pytest

from isletbot.curation.staff_answers import AnswerUse, AnswerVersion, AnswerWording, VersionConflict
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.types import Finding, Quote, Sentence
from tests.builders import a_reason
from tests.kept import DAY, HOUR, NOW, a_record, a_session, a_trace
from tests.storage.conftest import OpenRecords

WORDING = AnswerWording(
    ("How many came off insulin?", "off insulin"), ("Ten. [paper#ten]",), "anna", date(2027, 11, 20)
)
FINDING = Finding(Sentence("Ten.", (Quote("k1", "Ten came off.", 3, 16),)), "supported", a_reason("coverage 1.00"))
CASES = ({"id": "off-1", "turns": ["How many came off insulin?"], "group": "off"},)


@pytest.fixture
def store(records: SqlRecords) -> SqlStaffAnswers:
    return SqlStaffAnswers(records.database)


def a_version(number: int = 1, **changes: object) -> AnswerVersion:
    version = AnswerVersion("off", number, WORDING, (FINDING,), "anna", NOW + number * HOUR, f"change {number}")
    return replace(version, **changes)  # type: ignore[arg-type]


def approved(version: AnswerVersion) -> AnswerVersion:
    return replace(version, approved_by="bert", approved_at=NOW + DAY, built_on=("k1",))


def test_a_version_comes_back_as_it_was_saved(store: SqlStaffAnswers) -> None:
    store.begin_answer(a_version())
    second = a_version(2, wording=replace(WORDING, expires=date(2027, 1, 31)), written_by="carl")
    store.save_version(second)
    found = store.find_answer("off")
    assert found is not None
    assert (found.made_by, found.latest, found.live, found.state) == ("anna", second, None, "verified")
    assert store.list_versions("off") == (second, a_version())
    assert store.find_answer("nobody") is None


def test_a_stale_save_keeps_nothing_and_is_handed_what_was_saved_meanwhile(store: SqlStaffAnswers) -> None:
    store.begin_answer(a_version())
    theirs = a_version(2, written_by="carl")
    store.save_version(theirs)
    with pytest.raises(VersionConflict) as conflict:
        store.save_version(a_version(2, written_by="dora", wording=replace(WORDING, owner="dora")))
    assert conflict.value.theirs == theirs
    assert store.list_versions("off") == (theirs, a_version())


def test_of_two_who_save_at_once_one_is_told(store: SqlStaffAnswers) -> None:
    store.begin_answer(a_version())
    together, told = Barrier(2), []

    def save(name: str) -> None:
        together.wait()
        try:
            store.save_version(a_version(2, written_by=name))
        except VersionConflict as conflict:
            told.append((name, conflict.theirs.written_by))

    threads = [Thread(target=save, args=(name,)) for name in ("carl", "dora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list_versions("off")) == 2
    assert told in ([("carl", "dora")], [("dora", "carl")])


def test_what_is_approved_is_live_for_every_server_with_its_cases(
    store: SqlStaffAnswers, open_records: OpenRecords
) -> None:
    replica = SqlStaffAnswers(open_records().database)
    before = replica.count_changes()
    store.begin_answer(a_version())
    assert replica.list_live() == ()
    assert replica.count_changes() == before
    store.approve_version(approved(a_version()), CASES)
    assert replica.count_changes() > before
    assert replica.list_live() == (approved(a_version()),)
    assert replica.list_cases() == CASES


def test_a_newer_draft_changes_nothing_that_is_live(store: SqlStaffAnswers) -> None:
    store.begin_answer(a_version())
    store.approve_version(approved(a_version()), CASES)
    store.save_version(a_version(2))
    found = store.find_answer("off")
    assert found is not None
    assert (found.state, found.waits, found.live, found.latest) == ("live", True, approved(a_version()), a_version(2))
    with pytest.raises(VersionConflict):
        store.approve_version(approved(a_version()), CASES)


def test_what_falls_is_live_nowhere_and_says_why(store: SqlStaffAnswers) -> None:
    store.begin_answer(a_version())
    store.approve_version(approved(a_version()), CASES)
    before = store.count_changes()
    assert store.unpublish(approved(a_version()), "The source paper is not approved any more.", NOW)
    assert not store.unpublish(approved(a_version()), "again", NOW)
    found = store.find_answer("off")
    assert found is not None
    assert (found.state, found.unpublished, found.unpublished_at, found.live) == (
        "unpublished", "The source paper is not approved any more.", NOW, None,
    )  # fmt: skip
    assert (store.list_live(), store.list_cases()) == ((), ())
    assert store.count_changes() == before + 1


def test_how_often_an_answer_was_given_is_counted_from_the_replies(records: SqlRecords, store: SqlStaffAnswers) -> None:
    records.open_session(a_session(), "d" * 64)
    for number, days in enumerate((0, 1, 40)):
        trace = a_trace(f"question {number}", approved=("off",))
        record = a_record(f"a{number}", f"question {number}", session_id="s1", at=NOW - days * DAY)
        records.keep_answer(replace(record, answer=replace(record.answer, trace=trace)))
    since = NOW - 30 * DAY
    assert store.count_uses(since) == {"off": 2}
    assert store.list_uses("off", since, 1) == (AnswerUse("a0", "question 0", NOW),)
    records.delete_session("s1")
    assert store.count_uses(since) == {}
