from dataclasses import replace
from http.server import HTTPServer

from sqlalchemy import select

from isletbot.server.handoff import Webhook
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import answers, purges
from tests.kept import DAY, NOW, RETENTION, a_handoff, a_record
from tests.server.conftest import Serve
from tests.server.contexts import TurnedClock, open_fleeting
from tests.server.test_handoff import Clinic, listening, states


def kept_answers(records: SqlRecords) -> list[str]:
    with records.database.read() as connection:
        return list(connection.execute(select(answers.c.id)).scalars())


def test_a_running_server_deletes_what_is_over(serve: Serve) -> None:
    records = open_fleeting()
    records.keep_answer(a_record("old"))
    records.keep_answer(a_record("new", at=NOW + 39 * DAY))
    with serve(records=records, clock=TurnedClock(NOW + 40 * DAY)) as client:
        while not any_purge(records):
            assert client.get("/healthz").status_code == 200
    assert kept_answers(records) == ["new"]


def test_a_running_server_with_no_days_keeps_nothing_of_those_who_have_no_session(serve: Serve) -> None:
    records = open_fleeting()
    records.keep_answer(a_record("said"))
    with serve(records=records, retention=replace(RETENTION, days=0)) as client:
        while not any_purge(records):
            assert client.get("/healthz").status_code == 200
    assert kept_answers(records) == []


def any_purge(records: SqlRecords) -> bool:
    with records.database.read() as connection:
        return connection.execute(select(purges.c.at)).first() is not None


def test_a_running_server_delivers_what_waits(serve: Serve) -> None:
    Clinic.got, Clinic.failures = [], 0
    records = open_fleeting()
    records.keep_handoff(a_handoff(), ["webhook"])
    with (
        listening(HTTPServer(("127.0.0.1", 0), Clinic)) as port,
        serve(records=records, channels={"webhook": Webhook(f"http://127.0.0.1:{port}/")}) as client,
    ):
        while states(records)[0][1] != "delivered":
            assert client.get("/healthz").status_code == 200
    assert [sent["question"] for sent in Clinic.got] == ["Please call me."]
