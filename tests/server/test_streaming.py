import threading
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from isletbot.errors import InputError, Unavailable
from isletbot.ports import Listener
from isletbot.server import chat_api
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Question
from tests.scripted import WORDS, ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, Serve, an_app
from tests.server.contexts import open_fleeting
from tests.server.events import read_events
from tests.server.live import serve_live

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}
STREAM = {"accept": "text/event-stream"}


class SteppingBot(ScriptedBot):
    """Tells its steps, then what the scripted bot tells."""

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        if listener:
            for step in ("triage", "condense", "retrieve", "compose", "verify"):
                listener.step(step)
        return super().ask(question, listener=listener)


class WaitingBot(ScriptedBot):
    """Says one sentence, then waits until it is let go or nobody waits any more."""

    def __init__(self) -> None:
        super().__init__()
        self.told, self.release, self.left = threading.Event(), threading.Event(), threading.Event()

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        assert listener is not None
        listener.sentence(an_answer().sentences[0], an_answer().citations)
        self.told.set()
        while not self.release.wait(0.005):
            if listener.cancelled:
                self.left.set()
                break
        return super().ask(question)


def stream(client: TestClient, **headers: str) -> list[tuple[str, Any]]:
    with client.stream("POST", "/v1/chat", json=ASKED, headers={**STREAM, **headers}) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        return list(read_events(response.iter_lines()))


def test_steps_then_sentences_with_their_citations_then_the_answer(serve: Serve) -> None:
    events = stream(serve(bot=SteppingBot()))
    assert [name for name, _ in events] == ["step"] * 5 + ["sentence", "answer"]
    assert [data["step"] for name, data in events if name == "step"][:2] == ["triage", "condense"]
    shown = answer_to_json(an_answer())
    assert events[5][1] == {"text": WORDS, "citations": ["k3f9"], "cited": shown["citations"]}
    assert events[6][1] == shown


def test_an_urgent_reply_is_sent_whole_and_at_once(serve: Serve) -> None:
    events = stream(serve(an_answer("urgent")))
    assert [name for name, _ in events] == ["answer"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("The question is too long.", code="question_too_long", remedy="Ask in fewer words."), 422),
        (Unavailable("Too many questions.", code="busy", remedy="Try again."), 503),
    ],
)
def test_a_refusal_before_the_stream_has_its_status(serve: Serve, error: Exception, status: int) -> None:
    response = serve(error).post("/v1/chat", json=ASKED, headers=STREAM)
    assert response.status_code == status
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)


def test_an_error_after_the_stream_began_ends_it_and_tells_nothing_of_the_inside(serve: Serve) -> None:
    events = stream(serve(bot=SteppingBot([ZeroDivisionError("secret")])))
    name, data = events[-1]
    assert name == "error"
    assert list(data["error"]) == ["code", "message", "remedy"]
    assert data["error"]["code"] == "internal"
    assert data["error"]["remedy"].endswith(EMERGENCY)
    assert "secret" not in repr(events)


def test_a_long_silence_is_broken_by_a_comment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_api, "_ALIVE_SECONDS", 0.01)
    bot = WaitingBot()
    with (
        serve_live(an_app(bot)) as url,
        httpx.stream("POST", f"{url}/v1/chat", json=ASKED, headers=STREAM, timeout=20) as response,
    ):
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith(":")) == ": alive"
        bot.release.set()
        assert [name for name, _ in read_events(lines)] == ["answer"]


@pytest.mark.parametrize("headers", [STREAM, {}])
def test_whoever_leaves_cancels_the_question_and_nothing_is_kept(headers: dict[str, str]) -> None:
    bot, records = WaitingBot(), open_fleeting()
    with serve_live(an_app(bot, records=records)) as url:
        request = {"json": ASKED, "headers": {**headers, "idempotency-key": "k"}}
        with pytest.raises(httpx.TimeoutException):
            httpx.post(f"{url}/v1/chat", timeout=httpx.Timeout(20, read=0.5), **request)  # type: ignore[arg-type]
        assert bot.told.is_set()
        assert bot.left.wait(10)
        bot.release.set()
        again = httpx.post(f"{url}/v1/chat", timeout=20, **request)  # type: ignore[arg-type]
    assert again.status_code in (200, 409), "the key is free again, at the latest when its question is given up"
    assert len(records_of(records)) <= 1


def records_of(records: Any) -> list[str]:
    from sqlalchemy import select

    from isletbot.storage.tables import answers

    with records.database.read() as connection:
        return list(connection.execute(select(answers.c.id)).scalars())


def test_an_answer_that_was_given_is_in_the_records_when_its_event_arrives(serve: Serve) -> None:
    records = open_fleeting()
    events = stream(serve(bot=SteppingBot(), records=records))
    assert records_of(records) == [events[-1][1]["id"]]


def test_the_same_key_and_body_get_the_same_reply_whole_or_streamed(serve: Serve) -> None:
    bot = ScriptedBot()
    client = serve(bot=bot)
    first = client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k1"}).json()
    assert client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k1"}).json() == first
    assert stream(client, **{"idempotency-key": "k1"}) == [("answer", first)]
    assert len(bot.asked) == 1
    other = client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k2"}).json()
    assert other["id"] != first["id"]


def test_the_same_key_with_another_body_is_a_conflict(serve: Serve) -> None:
    client = serve()
    client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k1"})
    other = {"messages": [{"role": "user", "content": "Did anyone die?"}]}
    response = client.post("/v1/chat", json=other, headers={"idempotency-key": "k1"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "idempotency_mismatch")


def test_a_key_whose_question_is_still_being_answered_is_told_to_wait() -> None:
    bot = WaitingBot()
    request = {"json": ASKED, "headers": {"idempotency-key": "k1"}, "timeout": 20}
    with serve_live(an_app(bot)) as url:
        replies: list[httpx.Response] = []
        first = threading.Thread(target=lambda: replies.append(httpx.post(f"{url}/v1/chat", **request)))  # type: ignore[arg-type]
        first.start()
        assert bot.told.wait(10)
        second = httpx.post(f"{url}/v1/chat", **request)  # type: ignore[arg-type]
        bot.release.set()
        first.join(10)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "idempotency_in_progress")
    assert int(second.headers["retry-after"]) > 0
    assert replies[0].status_code == 200


def test_a_question_that_was_refused_leaves_its_key_free(serve: Serve) -> None:
    refused = InputError("Too long.", code="question_too_long", remedy="Shorter.")
    client = serve(refused, an_answer())
    assert client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k1"}).status_code == 422
    assert client.post("/v1/chat", json=ASKED, headers={"idempotency-key": "k1"}).status_code == 200


@pytest.mark.parametrize("key", ["", "with blank", "x" * 256, "kéy"])
def test_another_kind_of_key_is_refused(serve: Serve, key: str) -> None:
    response = serve().post("/v1/chat", json=ASKED, headers={"idempotency-key": key.encode("latin-1")})  # type: ignore[dict-item]
    assert (response.status_code, response.json()["error"]["code"]) == (422, "bad_idempotency_key")


def test_many_sentences_wait_for_a_slow_reader_in_a_short_line() -> None:
    """More news than the line between thread and reader holds: the thread waits, nothing is lost."""
    told = an_answer()

    class TalkativeBot(ScriptedBot):
        def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
            assert listener is not None
            for row in range(500):
                listener.sentence(replace(told.sentences[0], text=f"Sentence {row}."), told.citations)
            return told

    with (
        serve_live(an_app(TalkativeBot())) as url,
        httpx.stream("POST", f"{url}/v1/chat", json=ASKED, headers=STREAM, timeout=20) as response,
    ):
        events = list(read_events(response.iter_lines()))
    assert [data["text"] for name, data in events if name == "sentence"] == [f"Sentence {row}." for row in range(500)]
    assert events[-1][0] == "answer"
