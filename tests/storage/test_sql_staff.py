"""The console's stores, in SQLite and in PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from isletbot.curation.audit import AuditEvent, AuditFilter, ChainAnchor, ChainCheck, read_anchor
from isletbot.curation.rule_changes import RuleChange
from isletbot.curation.staff import Account, LastAdmin, NameTaken, StaffRole, StaffSession
from isletbot.errors import RecordsError
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_rule_changes import SqlRuleChanges
from isletbot.storage.sql_staff import SqlStaff
from tests.kept import DAY, HOUR, NOW


@pytest.fixture
def staff(records: SqlRecords) -> SqlStaff:
    return SqlStaff(records.database)


@pytest.fixture
def log(records: SqlRecords) -> SqlAuditLog:
    return SqlAuditLog(records.database)


def add(staff: SqlStaff, name: str, role: StaffRole = "viewer") -> Account:
    account = Account(name * 2, name, role, False, NOW, None, ready=False)
    staff.add_account(account, f"link of {name}", NOW + DAY)
    return account


def a_session(**changes: object) -> StaffSession:
    session = StaffSession("s1", "annaanna", "in", "Firefox", NOW, NOW, NOW + 12 * HOUR)
    return replace(session, **changes)  # type: ignore[arg-type]


def an_event(number: int = 1, **changes: object) -> AuditEvent:
    event = AuditEvent(NOW + number * HOUR, "anna", "queue.closed", f"item {number}", "ünïcode, 'quotes' and 100%")
    return replace(event, **changes)  # type: ignore[arg-type]


def test_a_name_is_taken_once(staff: SqlStaff) -> None:
    add(staff, "anna")
    with pytest.raises(NameTaken):
        staff.add_account(Account("other", "anna", "viewer", False, NOW, None, ready=False), "another link", NOW)
    assert [account.name for account in staff.list_accounts()] == ["anna"]


def test_the_last_admin_stays_one(staff: SqlStaff) -> None:
    anna, bert = add(staff, "anna", "admin"), add(staff, "bert", "admin")
    staff.set_disabled(bert.id, True)
    for change in (lambda: staff.set_role(anna.id, "viewer"), lambda: staff.set_disabled(anna.id, True)):
        with pytest.raises(LastAdmin):
            change()
    assert staff.find_account("anna") == anna


def test_two_admins_cannot_shut_each_other_out_at_once(staff: SqlStaff) -> None:
    accounts = [add(staff, name, "admin") for name in ("anna", "bert")]

    def disable(account: Account) -> bool:
        try:
            staff.set_disabled(account.id, True)
        except LastAdmin:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(disable, accounts))
    assert sorted(done) == [False, True]


def test_a_link_is_found_until_it_is_used_or_too_old(staff: SqlStaff) -> None:
    anna = add(staff, "anna")
    assert staff.find_link("link of anna", NOW) == anna
    assert staff.find_link("link of anna", NOW + DAY) is None
    staff.set_password(anna.id, "hash")
    assert staff.find_link("link of anna", NOW) is None


def test_a_reset_forgets_everything_that_led_in(staff: SqlStaff) -> None:
    anna = add(staff, "anna")
    staff.set_password(anna.id, "hash")
    staff.start_factor(anna.id, "SECRET")
    staff.confirm_factor(anna.id, ["one", "two"])
    staff.open_session(a_session(), "token")
    assert staff.find_account("anna") == replace(anna, ready=True, last_in_at=NOW)
    staff.reset_account(anna.id, "new link", NOW + DAY)
    assert staff.find_session("token") is None
    kept = staff.read_credentials(anna.id)
    assert (kept.password_hash, kept.factor_secret, kept.factor_confirmed, kept.recovery_codes) == ("", "", False, 0)
    assert staff.find_link("new link", NOW) is not None


def test_a_secret_is_started_once_and_each_step_and_code_works_once(staff: SqlStaff) -> None:
    anna = add(staff, "anna")
    assert [staff.start_factor(anna.id, secret) for secret in ("FIRST", "SECOND")] == ["FIRST", "FIRST"]
    assert [staff.use_step(anna.id, step) for step in (7, 7, 6, 8)] == [True, False, False, True]
    staff.confirm_factor(anna.id, ["one", "two"])
    assert [staff.use_recovery_code(anna.id, code) for code in ("one", "one", "three")] == [True, False, False]
    assert staff.read_credentials(anna.id).recovery_codes == 1


def test_whoever_is_shut_out_is_out_at_once(staff: SqlStaff) -> None:
    add(staff, "bert", "admin")
    anna = add(staff, "anna")
    staff.open_session(a_session(), "token")
    staff.set_disabled(anna.id, True)
    assert staff.find_session("token") is None
    assert staff.find_link("link of anna", NOW) is None
    staff.set_disabled(anna.id, False)
    assert staff.find_session("token") is None


def test_sessions_are_listed_and_ended(staff: SqlStaff) -> None:
    anna = add(staff, "anna")
    for number in range(3):
        staff.open_session(a_session(id=f"s{number}", seen_at=NOW + number * HOUR), f"t{number}")
    assert [session.id for session in staff.list_sessions(anna.id)] == ["s2", "s1", "s0"]
    staff.end_session("somebody else", "s2")
    staff.end_session(anna.id, "s1")
    assert staff.end_sessions(anna.id, but="s2") == 1
    assert [session.id for session in staff.list_sessions(anna.id)] == ["s2"]
    staff.open_session(a_session(id="later", opened_at=NOW + DAY, expires_at=NOW + 2 * DAY), "t9")
    assert [session.id for session in staff.list_sessions(anna.id)] == ["later"]


def test_attempts_are_counted_before_anything_is_looked_at_even_when_they_come_at_once(staff: SqlStaff) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: staff.count_attempt("anna", NOW, (0, 0, 0, 5)), range(8)))
    assert sorted(waits) == [0, 0, 0, 5, 5, 5, 5, 5]
    assert staff.count_attempt("anna", NOW + timedelta(seconds=2), (0, 0, 0, 5)) == 3
    assert staff.count_attempt("anna", NOW + timedelta(seconds=5), (0, 0, 0, 5)) == 0
    assert staff.count_attempt("anna", NOW + 2 * DAY, (0, 0, 0, 5)) == 0
    staff.forget_attempts("anna")
    assert staff.count_attempt("anna", NOW, (0, 0, 0, 5)) == 0


def test_each_row_follows_the_one_before(log: SqlAuditLog) -> None:
    rows = [log.append(an_event(number)) for number in range(1, 4)]
    assert list(log.everything()) == rows
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[2].previous == rows[1].digest
    check = ChainCheck((log.head(),))
    assert check.run(log.everything()) == ChainAnchor(3, rows[2].digest) == read_anchor(str(log.head()))
    assert check.findings == []


def test_rows_written_at_once_stand_in_one_chain(log: SqlAuditLog) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: log.append(an_event(number)), range(40)))
    check = ChainCheck((log.head(),))
    assert check.run(log.everything()).count == 40
    assert check.findings == []


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'bert'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_a_row(log: SqlAuditLog, records: SqlRecords, statement: str) -> None:
    log.append(an_event())
    with pytest.raises(RecordsError, match="append-only"), records.database.write() as connection:
        connection.execute(text(statement))
    assert [row.event for row in log.everything()] == [an_event()]


def disarm(records: SqlRecords) -> None:
    """As somebody does who owns the database."""
    with records.database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_no_change ON audit"))
        else:
            for what in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER audit_no_{what}"))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET who = 'bert' WHERE number = 3", {3: "was changed"}),
        ("UPDATE audit SET detail = detail || '!' WHERE number = 5", {5: "was changed"}),
        ("DELETE FROM audit WHERE number = 2", {2: "is missing"}),
        ("DELETE FROM audit WHERE number in (2, 3)", {2: "is missing"}),
        ("DELETE FROM audit WHERE number = 1", {1: "is missing"}),
        ("DELETE FROM audit WHERE number = 5", {5: "is missing"}),
        ("DELETE FROM audit WHERE number > 3", {5: "is missing"}),
        ("DELETE FROM audit", {5: "is missing"}),
    ],
)
def test_a_row_that_was_changed_or_taken_is_named(
    log: SqlAuditLog, records: SqlRecords, statement: str, found: dict[int, str]
) -> None:
    for number in range(1, 6):
        log.append(an_event(number))
    disarm(records)
    with records.database.write() as connection:
        connection.execute(text(statement))
    check = ChainCheck((log.head(),))
    check.run(log.everything())
    named = {finding.number: finding.problem for finding in check.findings}
    assert all(said in named.get(number, "nothing") for number, said in found.items()), named


def test_a_chain_written_anew_is_betrayed_by_an_anchor_of_before(log: SqlAuditLog, records: SqlRecords) -> None:
    for number in range(1, 6):
        log.append(an_event(number))
    kept = log.head()
    disarm(records)
    with records.database.write() as connection:
        connection.execute(text("DELETE FROM audit"))
        connection.execute(text(f"UPDATE audit_head SET count = 0, digest = '{'0' * 64}'"))
    for number in range(1, 7):
        log.append(an_event(number, who="bert"))
    without, with_it = ChainCheck((log.head(),)), ChainCheck((log.head(), kept))
    for check in (without, with_it):
        check.run(log.everything())
    assert without.findings == []
    assert [finding.number for finding in with_it.findings] == [5]


def test_rows_are_found_by_who_what_when_and_words(log: SqlAuditLog) -> None:
    for number in range(1, 5):
        log.append(an_event(number))
    log.append(an_event(9, who="bert", action="queue", target="100%"))
    log.append(an_event(10, who="bert", action="queues.other"))

    def numbers(limit: int = 50, before: int = 0, **wanted: object) -> list[int]:
        rows = log.list_rows(AuditFilter(**wanted), limit, before)  # type: ignore[arg-type]
        assert log.count_rows(AuditFilter(**wanted)) >= len(rows)  # type: ignore[arg-type]
        return [row.number for row in rows]

    assert numbers() == [6, 5, 4, 3, 2, 1]
    assert numbers(limit=2, before=4) == [3, 2]
    assert numbers(who="bert") == [6, 5]
    assert numbers(action="queue") == [5, 4, 3, 2, 1]
    assert numbers(action="queue.closed") == [4, 3, 2, 1]
    assert numbers(since=NOW + 2 * HOUR, until=NOW + 4 * HOUR) == [3, 2]
    assert numbers(words="ITEM 3") == [3]
    assert numbers(words="100%", action="queue", who="bert") == [5]
    assert numbers(words="_tem") == []


def a_change(change_id: str = "c1", **changes: object) -> RuleChange:
    change = RuleChange(change_id, "e1.yaml", "new", "old", "why", ("one", "two"), "anna", NOW)
    return replace(change, **changes)  # type: ignore[arg-type]


def test_nobody_approves_what_they_proposed_and_a_decision_stands(records: SqlRecords) -> None:
    changes = SqlRuleChanges(records.database)
    changes.propose_change(a_change())
    assert changes.find_change("c1") == a_change()
    assert not changes.decide_change("c1", "approved", "anna", NOW, "")
    assert changes.decide_change("c1", "approved", "bert", NOW, "good")
    assert not changes.decide_change("c1", "declined", "carl", NOW, "")
    assert changes.find_change("nowhere") is None


def test_the_latest_approved_change_of_a_file_is_in_force(records: SqlRecords) -> None:
    changes = SqlRuleChanges(records.database)
    for number, (file, state) in enumerate(
        [("a", "approved"), ("a", "approved"), ("a", "declined"), ("b", "approved")]
    ):
        changes.propose_change(a_change(f"c{number}", file=file, proposed_at=NOW + number * HOUR))
        changes.decide_change(f"c{number}", state, "bert", NOW + number * HOUR, "")  # type: ignore[arg-type]
    changes.propose_change(a_change("c9", proposed_at=NOW + DAY))
    assert [change.id for change in changes.list_in_force()] == ["c1", "c3"]
    assert [change.id for change in changes.list_changes()] == ["c9", "c3", "c2", "c1", "c0"]


def test_what_is_written_within_a_change_is_kept_or_undone_with_it(staff: SqlStaff, log: SqlAuditLog) -> None:
    def change_and_fail() -> None:
        with staff.database.write():
            add(staff, "anna")
            log.append(an_event())
            assert staff.find_account("anna") is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert staff.find_account("anna") is None
    assert list(log.everything()) == []
    assert log.head().count == 0
