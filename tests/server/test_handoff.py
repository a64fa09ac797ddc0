import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, TCPServer
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from isletbot.server.handoff import Mailbox, Webhook
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.tables import deliveries, handoffs
from isletbot.types import Answer, Trace, Triage
from tests.kept import DAY, NOW, a_handoff
from tests.scripted import an_answer
from tests.server.conftest import Serve
from tests.server.contexts import TurnedClock, a_context, open_fleeting
from tests.server.test_sessions_api import ask, bearer, open_session, refused

FORM = {"contact": "Anna Berg, 617-555-0143", "question": "Please call me about the trial.", "consent": True}


def send_form(client: TestClient, headers: dict[str, str], **changes: object) -> Response:
    return client.post("/v1/handoff", json={**FORM, **changes}, headers=headers)


def offers(response: Response) -> bool:
    answer = response.json()
    offered = [notice["text"] for notice in answer["notices"] if notice["id"] == "handoff-offer"]
    assert all((text in answer["text"]) == (answer["kind"] != "urgent") for text in offered)
    return bool(offered)


def test_a_message_goes_to_the_clinics_queue_as_it_was_written(serve: Serve) -> None:
    records = open_fleeting()
    client = serve(records=records)
    mine = bearer(open_session(client))
    answer_id = ask(client, **mine).json()["id"]
    sent = send_form(client, mine, answer_id=answer_id)
    assert sent.status_code == 202
    assert "Nobody has read it yet" in sent.json()["text"]
    assert "weekdays 9 to 5" in sent.json()["text"]
    assert "two working days" in sent.json()["text"]
    assert f"number {sent.json()['reference']}." in sent.json()["text"]
    assert sent.json()["reference"].replace("-", "").lower() == sent.json()["id"][:8]
    assert sent.json()["text"].endswith(f"reached at: {FORM['contact']}\nYour message: {FORM['question']}")
    with records.database.read() as connection:
        row = connection.execute(select(handoffs)).one()
    assert (row.contact, row.question, row.answer_id) == (FORM["contact"], FORM["question"], answer_id)
    assert row.id == sent.json()["id"]


@pytest.mark.parametrize("consent", [False, "yes", 1])
def test_without_consent_nothing_is_taken(serve: Serve, consent: object) -> None:
    records = open_fleeting()
    client = serve(records=records)
    response = send_form(client, bearer(open_session(client)), consent=consent)
    assert response.status_code == 422
    assert consent is not False or response.json()["error"]["code"] == "consent_missing"
    with records.database.read() as connection:
        assert connection.execute(select(handoffs)).all() == []


@pytest.mark.parametrize(
    "changes", [{"contact": ""}, {"question": " "}, {"contact": "x" * 301}, {"question": "x" * 2_001}, {"name": "Anna"}]
)
def test_another_form_is_refused(serve: Serve, changes: dict[str, object]) -> None:
    client = serve()
    assert send_form(client, bearer(open_session(client)), **changes).status_code == 422


@pytest.mark.parametrize(
    "contact", ["anna@example.org", "Anna Berg <a.b+c@mail.example.co.uk>", "+49 (0)30 1234567", "555123"]
)
def test_a_contact_that_can_be_answered_is_taken(serve: Serve, contact: str) -> None:
    client = serve()
    assert send_form(client, bearer(open_session(client)), contact=contact).status_code == 202


@pytest.mark.parametrize(
    "contact", ["Anna Berg", "anna@example", "@example.org", "12345", "call me", "12/3/26", "1" * 40]
)
def test_a_contact_that_nobody_can_answer_is_refused(serve: Serve, contact: str) -> None:
    client = serve()
    refused(send_form(client, bearer(open_session(client)), contact=contact), 422, "contact_unreachable")


def test_hours_that_the_clinic_has_not_set_are_left_out() -> None:
    sender = replace(a_context(an_answer()).handoff, hours="", response_time="")
    text = sender.confirm(a_handoff())
    assert "Nobody has read it yet. If you need help sooner" in text
    assert "Hours" not in text


def test_a_message_needs_a_session(serve: Serve) -> None:
    refused(send_form(serve(), {}), 401, "session_missing")


def test_where_nobody_reads_them_messages_are_neither_offered_nor_taken(serve: Serve) -> None:
    client = serve(an_answer("urgent"), handoff=False)
    opened = open_session(client)
    assert opened.json()["handoff"]["offered"] is False
    assert not offers(ask(client, **bearer(opened)))
    refused(send_form(client, bearer(opened)), 403, "handoff_not_offered")


def test_a_person_is_offered_after_two_turns_that_did_not_help(serve: Serve) -> None:
    kinds = ("not_in_corpus", "answered", "out_of_scope", "needs_clinician", "not_in_corpus", "small_talk")
    client = serve(*(an_answer(kind) for kind in kinds))  # type: ignore[arg-type]
    mine = bearer(open_session(client))
    assert [offers(ask(client, **mine)) for _ in kinds] == [False, False, False, True, True, False]


def a_referral_to_people() -> Answer:
    trace = Trace(triage=Triage("small_talk", "small-talk-human", "asks for a person", say="human-contact"))
    return an_answer("small_talk", trace=trace)


@pytest.mark.parametrize("answer", [an_answer("urgent"), a_referral_to_people()])
def test_a_person_is_offered_with_every_urgent_reply_and_on_request(serve: Serve, answer: Answer) -> None:
    client = serve(answer)
    assert offers(ask(client, **bearer(open_session(client))))
    assert not offers(ask(client)), "the form needs a session"


@contextmanager
def listening(server: TCPServer) -> Iterator[int]:
    running = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    running.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        running.join(5)


class Clinic(BaseHTTPRequestHandler):
    """A webhook that fails as often as it is told to."""

    got: list[dict[str, Any]]
    failures: int

    def do_POST(self) -> None:
        cls = type(self)
        body = self.rfile.read(int(self.headers["content-length"]))
        cls.failures -= 1
        if cls.failures < 0:
            cls.got.append(json.loads(body))
        self.send_response(500 if cls.failures >= 0 else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Tests print nothing."""


def states(records: SqlRecords) -> list[tuple[str, str, int]]:
    with records.database.read() as connection:
        columns = (deliveries.c.channel, deliveries.c.status, deliveries.c.attempts)
        return [tuple(row) for row in connection.execute(select(*columns).order_by("channel"))]


def test_a_message_reaches_the_webhook_also_when_that_was_away() -> None:
    Clinic.got, Clinic.failures = [], 2
    clock, records = TurnedClock(), open_fleeting()
    with listening(HTTPServer(("127.0.0.1", 0), Clinic)) as port:
        channels = {"webhook": Webhook(f"http://127.0.0.1:{port}/hook")}
        sender = a_context(_never, records, clock, channels=channels).handoff
        handoff = sender.take("s1", "Anna Berg, 617-555-0143", "Please call me.", "")
        for expected in ("waiting", "waiting", "delivered"):
            sender.deliver_due()
            assert states(records)[0][1] == expected
            clock.pass_by(DAY)
        sender.deliver_due()
    assert len(Clinic.got) == 1
    assert Clinic.got[0]["contact"] == "Anna Berg, 617-555-0143"
    assert Clinic.got[0]["id"] == handoff.id


def test_a_webhook_that_nobody_serves_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    records = open_fleeting()
    channels = {"webhook": Webhook("http://127.0.0.1:1/hook?token=secret")}
    sender = a_context(_never, records, channels=channels).handoff
    sender.take("s1", "Anna Berg", "Please call me.", "")
    sender.deliver_due()
    assert states(records) == [("webhook", "waiting", 1)]
    assert "secret" not in caplog.text
    assert "Anna" not in caplog.text


class Post(StreamRequestHandler):
    """A mail server that takes everything."""

    lines: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        in_message = False
        while line := self.rfile.readline():
            type(self).lines.append(line.decode().rstrip())
            if in_message and line != b".\r\n":
                continue
            word = line[:4].upper()
            in_message = word == b"DATA"
            self.wfile.write(b"354 go\r\n" if in_message else b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")


def test_a_message_reaches_the_mailbox() -> None:
    Post.lines = []
    with listening(TCPServer(("127.0.0.1", 0), Post)) as port:
        url = f"smtp://127.0.0.1:{port}?from=bot@clinic.example&to=team@clinic.example"
        Mailbox(url, "A message\nX-Forged: yes".replace("\n", " ")).deliver(a_handoff(asked_at=NOW))
    mail = "\n".join(Post.lines)
    assert "To: team@clinic.example" in mail
    assert "Please call me." in mail
    assert "Anna Berg, 555 0100" in mail


async def _never(*_: object) -> Answer:
    raise AssertionError("nobody asks a question here")
