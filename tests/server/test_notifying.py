from http.server import HTTPServer

import pytest
from sqlalchemy import select

from isletbot.curation.queue_intake_job import QueueIntakeJob
from isletbot.inference.scripted import HashEmbeddings
from isletbot.server.notifying import Notifier
from isletbot.storage.queue_tables import notices
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_queue_notices import SqlUnsafeNotices
from isletbot.storage.sql_records import SqlRecords
from tests.kept import DAY, NOW, a_record
from tests.server.contexts import TurnedClock, open_fleeting
from tests.server.test_handoff import Clinic, listening


def mark(records: SqlRecords, notifies: bool = True) -> None:
    for name, rating in (("a1", "unsafe"), ("a2", "wrong")):
        records.keep_answer(a_record(name, "May I drink?"))
        records.rate_answer(name, "", rating, "it harmed", NOW)  # type: ignore[arg-type]
    QueueIntakeJob(SqlQueueIntake(records.database, notifies=notifies), HashEmbeddings(), str, lambda: NOW).run()


def states(records: SqlRecords) -> list[str]:
    with records.database.read() as connection:
        return list(connection.execute(select(notices.c.status)).scalars())


def test_an_unsafe_mark_reaches_the_webhook_once_also_when_that_was_away() -> None:
    Clinic.got, Clinic.failures = [], 2
    clock, records = TurnedClock(), open_fleeting()
    mark(records)
    with listening(HTTPServer(("127.0.0.1", 0), Clinic)) as port:
        url = f"http://127.0.0.1:{port}/hook"
        notifier = Notifier(SqlUnsafeNotices(records.database), url, "https://staff.clinic.example", clock)
        for expected in ("waiting", "waiting", "delivered", "delivered"):
            notifier.deliver_due()
            assert states(records) == [expected]
            clock.pass_by(DAY)
    [told] = Clinic.got
    assert (told["kind"], told["question"], told["words"]) == ("unsafe", "May I drink?", "it harmed")
    assert told["link"].startswith("https://staff.clinic.example/staff/queue/")
    records.close()


def test_a_webhook_that_nobody_serves_is_tried_again_and_its_address_is_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    records = open_fleeting()
    mark(records)
    Notifier(
        SqlUnsafeNotices(records.database), "http://127.0.0.1:1/hook?token=secret", "", TurnedClock()
    ).deliver_due()
    assert states(records) == ["waiting"]
    assert "secret" not in caplog.text
    records.close()


def test_without_a_webhook_nothing_waits_for_one() -> None:
    records = open_fleeting()
    mark(records, notifies=False)
    assert states(records) == []
    records.close()
