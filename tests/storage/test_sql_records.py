from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from isletbot.curation.records import SessionGone, StoredExchange
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import answers, deliveries, feedback, handoffs, replies
from isletbot.types import Turn
from tests.kept import DAY, HOUR, NOW, a_handoff, a_record, a_session
from tests.storage.conftest import DIGEST, OpenRecords, count_rows


def test_a_reply_is_there_for_whoever_opens_the_records_next(kept: SqlRecords, open_records: OpenRecords) -> None:
    again = open_records()
    assert again.read_history("s1") == (StoredExchange("How many came off insulin?", a_record().shown),)
    assert again.find_session(DIGEST) == a_session()


def test_the_trace_says_how_the_answer_came_about(kept: SqlRecords) -> None:
    with kept.database.read() as connection:
        row = connection.execute(select(answers)).one()
        reply = connection.execute(select(replies)).one()
    assert (row.kind, row.route, row.rule, row.composer, row.dropped) == ("answered", "answer", "none", "quotes", 1)
    assert (row.milliseconds, row.day, row.at) == (4.0, NOW.date(), NOW)
    assert reply.trace["found"] == [["k3f9", 0.91]]
    assert reply.trace["findings"][0]["reason"] == "no such words"
    assert reply.trace["versions"] == {"index": "i1"}


def test_history_is_in_the_order_it_was_said_and_of_this_session_only(kept: SqlRecords) -> None:
    kept.open_session(a_session(id="s2"), "e" * 64)
    kept.keep_answer(a_record("a2", "Hers", session_id="s2"))
    kept.keep_answer(a_record("a3", "And then?", session_id="s1", at=NOW + HOUR))
    assert [said.question for said in kept.read_history("s1")] == ["How many came off insulin?", "And then?"]
    assert [said.question for said in kept.read_history("s2")] == ["Hers"]


def test_without_a_session_the_turns_before_are_kept_with_the_reply(records: SqlRecords) -> None:
    records.keep_answer(a_record(earlier=(Turn("user", "Hi"), Turn("assistant", "Hello"))))
    with records.database.read() as connection:
        earlier = connection.execute(select(replies.c.earlier)).scalar_one()
    assert earlier == [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]


def test_a_deleted_session_takes_everything_said_in_it_along(kept: SqlRecords) -> None:
    kept.rate_answer("a1", "s1", "wrong", "It is not so.", NOW)
    assert kept.claim_key("c", "b", NOW) is None
    kept.keep_answer(a_record("a2", session_id="s1", claim="c"))
    kept.delete_session("s1")
    assert kept.find_session(DIGEST) is None
    held = {name for name, rows in count_rows(kept).items() if rows}
    # How long the audit log is, counts by day, how often approved answers changed: nothing that people wrote.
    assert held - {"audit_head", "tallies", "staff_answer_changes"} == set()


def test_deleted_words_are_on_no_disk(records_url: str, records: SqlRecords, tmp_path: Path) -> None:
    if not records_url.startswith("sqlite"):
        pytest.skip("PostgreSQL gives freed pages back to itself; its VACUUM is the clinic's")
    records.open_session(a_session(), DIGEST)
    records.keep_answer(a_record("a1", "canary-zebra-7", session_id="s1"))

    def read_files() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("records.sqlite*"))

    assert b"canary-zebra-7" in read_files()
    records.delete_session("s1")
    assert b"canary-zebra-7" not in read_files()


def test_a_reply_to_a_session_deleted_meanwhile_is_not_kept(records: SqlRecords) -> None:
    with pytest.raises(SessionGone):
        records.keep_answer(a_record(session_id="s1"))
    assert count_rows(records)["answers"] == 0


def test_an_idempotency_key_is_had_once_and_then_gives_the_reply_of_before(records: SqlRecords) -> None:
    assert records.claim_key("c", "body", NOW) is None
    in_progress = records.claim_key("c", "body", NOW)
    assert in_progress is not None
    assert in_progress.shown is None
    records.keep_answer(a_record(claim="c"))
    settled = records.claim_key("c", "other body", NOW)
    assert settled is not None
    assert (settled.body_digest, settled.shown) == ("body", a_record().shown)


def test_a_released_or_abandoned_key_is_free_again(records: SqlRecords) -> None:
    assert records.claim_key("c", "body", NOW) is None
    records.release_key("c")
    assert records.claim_key("c", "body", NOW) is None
    assert records.claim_key("c", "body", NOW + HOUR) is None, "the server that claimed it is long dead"


def test_of_many_who_claim_a_key_at_once_one_has_it(records: SqlRecords) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: records.claim_key("c", "body", NOW), range(24)))
    assert claims.count(None) == 1


def test_replies_kept_at_once_are_all_kept(records: SqlRecords) -> None:
    records.open_session(a_session(), DIGEST)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: records.keep_answer(a_record(f"a{n}", session_id="s1")), range(40)))
    assert len(records.read_history("s1")) == 40


def test_feedback_is_for_the_answers_of_ones_own_session_and_the_latest_counts(kept: SqlRecords) -> None:
    kept.keep_answer(a_record("a2"))
    assert kept.rate_answer("a1", "s1", "helpful", "", NOW)
    assert kept.rate_answer("a1", "s1", "unsafe", "It told me to stop.", NOW)
    assert kept.rate_answer("a2", "", "wrong", "", NOW)
    assert not kept.rate_answer("a1", "", "wrong", "", NOW)
    assert not kept.rate_answer("a1", "s2", "wrong", "", NOW)
    assert not kept.rate_answer("a2", "s1", "wrong", "", NOW)
    with kept.database.read() as connection:
        rated = connection.execute(select(feedback.c.answer_id, feedback.c.rating).order_by("answer_id")).all()
    assert [tuple(row) for row in rated] == [("a1", "unsafe"), ("a2", "wrong")]


def test_a_handoff_stays_when_the_conversation_is_deleted(kept: SqlRecords) -> None:
    kept.keep_handoff(a_handoff(), [])
    kept.delete_session("s1")
    with kept.database.read() as connection:
        assert connection.execute(select(handoffs.c.contact)).scalar_one() == "Anna Berg, 555 0100"


def test_a_delivery_is_taken_by_one_and_tried_again_later_and_later_until_given_up(records: SqlRecords) -> None:
    records.keep_handoff(a_handoff(), ["webhook", "mail"])
    taken = records.due_deliveries(NOW)
    assert {delivery.channel for delivery in taken} == {"webhook", "mail"}
    assert records.due_deliveries(NOW) == ()
    mail = next(delivery for delivery in taken if delivery.channel == "mail")
    webhook = next(delivery for delivery in taken if delivery.channel == "webhook")
    records.settle_delivery(mail, NOW)
    moment, tried = NOW, [webhook]
    while tried:
        records.settle_delivery(tried[0], moment, "the other side said 500")
        moment += 2 * DAY
        tried = list(records.due_deliveries(moment))
    with records.database.read() as connection:
        rows = connection.execute(select(deliveries.c.channel, deliveries.c.status, deliveries.c.attempts)).all()
    assert {tuple(row) for row in rows} == {("mail", "delivered", 1), ("webhook", "failed", 9)}
