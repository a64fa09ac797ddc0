"""What is older than its days is deleted, and nothing else."""

from dataclasses import replace

from isletbot.storage.sql_records import SqlRecords
from tests.kept import DAY, HOUR, NOW, RETENTION, a_handoff, a_record, a_session
from tests.storage.conftest import DIGEST, count_rows


def test_what_is_older_than_its_days_is_purged_and_nothing_else(kept: SqlRecords) -> None:
    kept.keep_answer(a_record("a2", at=NOW + DAY))
    kept.keep_handoff(a_handoff(), ["webhook"])
    assert kept.purge(NOW + 29 * DAY, RETENTION).conversations == 0
    done = kept.purge(NOW + 30 * DAY, RETENTION)
    assert (done.conversations, done.sessions, done.handoffs) == (1, 1, 0)
    assert kept.find_session(DIGEST) is None
    assert (count_rows(kept)["answers"], count_rows(kept)["purges"]) == (1, 2)
    assert kept.purge(NOW + 90 * DAY, RETENTION).handoffs == 1
    assert count_rows(kept)["deliveries"] == 0


def test_with_no_days_a_conversation_goes_when_its_session_is_over(kept: SqlRecords) -> None:
    kept.keep_answer(a_record("a2"))
    nothing = replace(RETENTION, days=0)
    assert kept.purge(NOW + HOUR / 2, nothing).conversations == 1, "the one that has no session"
    assert len(kept.read_history("s1")) == 1
    assert kept.purge(NOW + HOUR, nothing).conversations == 1, "nothing was asked for an hour"
    assert count_rows(kept)["replies"] == 0


def test_an_empty_session_goes_when_it_is_over(records: SqlRecords) -> None:
    records.open_session(a_session(), DIGEST)
    assert records.purge(NOW + 40 * DAY, RETENTION).sessions == 1
