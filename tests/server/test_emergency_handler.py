"""An emergency is answered whatever else is broken, over every way in, and is kept when the records are back."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx
import pytest
from fastapi.testclient import TestClient

from isletbot.curation.records import Records
from isletbot.errors import InputError, RecordsError
from isletbot.server.api_keys import ApiKeys
from isletbot.server.concurrency import RequestPool
from isletbot.server.kill_switch import FileKillSwitch, KillSwitchedBot
from isletbot.server.mcp_tools import ToolContext, make_mcp_server, make_mcp_web
from isletbot.server.sessions import digest_token
from isletbot.storage.database import Database
from isletbot.storage.file_journal import FileJournal
from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Answer, Question
from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, a_limiter, an_app, an_emergency_handler, middleware_settings
from tests.server.contexts import PROMPTS, a_context, open_fleeting
from tests.server.events import read_events
from tests.server.live import serve_live
from tests.server.urgent import urgent_replies

PAIN = "I have severe chest pain"
ASKED = {"messages": [{"role": "user", "content": PAIN}]}
COMPLETION = {"model": "isletbot", **ASKED}
RESPONSE = {"model": "isletbot", "input": PAIN}
BY_PATH = {"/v1/chat": ASKED, "/v1/chat/completions": COMPLETION, "/v1/responses": RESPONSE}
CALM = {"messages": [{"role": "user", "content": "Who paid for the trial?"}]}
FILLER = "The trial was long and the paper is longer. " * 62
STREAM = {"accept": "text/event-stream"}


class AwayRecords:
    """Records that no question and no check reaches, until they are back."""

    def __init__(self, records: Records) -> None:
        self._records, self.away = records, True

    def __getattr__(self, name: str) -> object:
        if self.away and name != "database":
            raise RecordsError("The records cannot be used: they are away.")
        return getattr(self._records, name)


@pytest.fixture
def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal" / "urgent.jsonl")


@pytest.fixture
def records() -> SqlRecords:
    return open_fleeting()


def a_client(journal: FileJournal, bot: object = None, **changes: object) -> TestClient:
    app = an_app(bot or ScriptedBot(), find=urgent_replies().find, journal=journal, **changes)  # type: ignore[arg-type]
    return TestClient(app, raise_server_exceptions=False)


def kept_questions(records: SqlRecords) -> list[str]:
    with sqlite3.connect(str(records.database.engine.url.database)) as connection:
        return [row[0] for row in connection.execute("SELECT question FROM answers ORDER BY at")]


def is_emergency(shown: dict[str, object]) -> bool:
    return shown["kind"] == "urgent" and "911" in str(shown["text"])


@pytest.mark.parametrize("path", BY_PATH)
def test_with_the_records_locked_it_is_answered_within_a_second_and_kept_once_they_are_free(
    journal: FileJournal, records: SqlRecords, path: str
) -> None:
    lock = sqlite3.connect(str(records.database.engine.url.database), isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    client = a_client(journal, records=records)
    began = time.perf_counter()
    response = client.post(path, json=BY_PATH[path])
    seconds = time.perf_counter() - began
    assert response.status_code == 200
    shown = response.json()
    assert shown.get("isletbot", shown)["kind"] == "urgent"
    assert "911" in response.text
    assert seconds < 1
    assert [entry.record.question for entry in journal.read()] == [PAIN]
    lock.execute("ROLLBACK")
    client.app.state.emergency_handler.settle()
    while journal.read():  # the thread that waited for the lock may be the one that has it
        client.app.state.emergency_handler.settle()
    assert kept_questions(records) == [PAIN]


def test_with_the_records_away_what_is_urgent_is_answered_and_the_rest_is_refused(
    journal: FileJournal, records: SqlRecords
) -> None:
    away = AwayRecords(records)
    client = a_client(journal, records=away)
    assert client.post("/v1/chat", json=ASKED).status_code == 200
    refused = client.post("/v1/chat", json=CALM)
    assert refused.status_code == 503
    assert refused.json()["error"]["remedy"].endswith(EMERGENCY)
    away.away = False
    client.app.state.emergency_handler.settle()
    assert kept_questions(records) == [PAIN]
    assert journal.read() == ()


def test_what_a_crash_left_in_the_journal_is_kept_once_only(journal: FileJournal, records: SqlRecords) -> None:
    away = AwayRecords(records)
    client = a_client(journal, records=away)
    client.post("/v1/chat", json=ASKED)
    (entry,) = journal.read()
    away.away = False
    records.keep_answer(entry.record)
    client.app.state.emergency_handler.settle()
    assert kept_questions(records) == [PAIN]


@pytest.mark.parametrize(
    "changes",
    [
        {"limiter": a_limiter(everyone="0/minute")},
        {"limiter": a_limiter(url="redis://127.0.0.1:1")},
        {"queue": RequestPool(at_once=1, waiting=-1)},
        {"keys": ApiKeys(("a-key-of-some-length",), open_without=False)},
        {"needs_session": True},
        {"max_header_bytes": 10},
    ],
    ids=["rate", "redis", "queue", "key", "session", "headers"],
)
@pytest.mark.parametrize("path", BY_PATH)
def test_no_limit_stands_before_it(journal: FileJournal, path: str, changes: dict[str, object]) -> None:
    client = a_client(journal, **changes)
    urgent = client.post(path, json=BY_PATH[path])
    assert urgent.status_code == 200
    assert "911" in urgent.text


def test_the_kill_switch_and_a_bot_that_fails_do_not_stand_before_it(journal: FileJournal, tmp_path: Path) -> None:
    switch = FileKillSwitch(tmp_path / "off")
    switch.turn_off()
    client = a_client(journal, KillSwitchedBot(ScriptedBot([ZeroDivisionError()]), switch, lambda _: False, "Off."))
    assert client.post("/v1/chat", json=ASKED).status_code == 200
    assert client.post("/v1/chat", json=CALM).status_code == 503


def test_a_wrong_token_gets_the_urgent_reply_and_a_right_one_has_it_in_its_session(
    journal: FileJournal, records: SqlRecords
) -> None:
    client = a_client(journal, records=records)
    wrong = client.post("/v1/chat", json=ASKED, headers={"authorization": "Bearer wrong"})
    assert wrong.status_code == 200
    token = client.post("/v1/sessions", json={"widget": "clinic"}, headers={"origin": "https://clinic.example"}).json()[
        "token"
    ]
    mine = {"authorization": f"Bearer {token}"}
    shown = client.post("/v1/chat", json=ASKED, headers=mine).json()
    assert "handoff-offer" in [notice["id"] for notice in shown["notices"]]
    history = client.get("/v1/history", headers=mine).json()["messages"]
    assert [message.get("content") for message in history] == [PAIN, None]
    assert history[1]["answer"]["id"] == shown["id"]


def test_a_deleted_session_takes_along_what_is_still_in_the_journal(journal: FileJournal, records: SqlRecords) -> None:
    client = a_client(journal, records=records)
    origin = {"origin": "https://clinic.example"}
    opened = client.post("/v1/sessions", json={"widget": "clinic"}, headers=origin).json()
    client.app.state.emergency_handler._records = AwayRecords(records)
    mine = {"authorization": f"Bearer {opened['token']}"}
    client.post("/v1/chat", json=ASKED, headers=mine)
    assert [entry.token_digest for entry in journal.read()] == [digest_token(opened["token"])]
    assert client.delete(f"/v1/sessions/{opened['id']}", headers=mine).status_code == 204
    assert journal.read() == ()


HI = {"role": "user", "content": "Hi"}
ME = ASKED["messages"][0]
PAIR = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
BODIES: dict[str, dict[str, object]] = {
    "51 pairs": {"messages": [*(PAIR * 51), ME]},
    "begins": {"messages": [{"role": "user", "content": f"{PAIN}. {FILLER}"}]},
    "ends": {"messages": [{"role": "user", "content": f"{FILLER} {PAIN}"}]},
    "empty": {"messages": [HI, {"role": "assistant", "content": ""}, ME]},
    "null": {"messages": [HI, {"role": "assistant", "content": None}, ME]},
    "list": {"messages": [HI, {"role": "assistant", "content": []}, ME]},
    "parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": PAIN}]}]},
    "before": {"messages": [ME, {"role": "user", "content": "Who paid?"}]},
    "unknown field": {**ASKED, "colour": "red"},
    "unknown role": {"messages": [{"role": "patient", "content": PAIN}]},
    "half a character": {"messages": [{"role": "user", "content": f"{PAIN} \ud800"}]},
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions"])
def test_whatever_is_wrong_with_the_body_it_is_answered(journal: FileJournal, path: str, name: str) -> None:
    body = json.dumps({**BODIES[name], "model": "isletbot"} if path.endswith("completions") else BODIES[name])
    response = a_client(journal).post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert "911" in response.text


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(ASKED)[:-3].encode(),
        json.dumps({"messages": [{"role": "user", "content": f"{PAIN}. {'x' * 20_000}"}]}).encode(),
        b"question=I+have+severe+chest+pain",
        PAIN.encode(),
        f'{{"question": "{PAIN}"}}'.encode(),
    ],
    ids=["cut off", "too large", "form", "bare", "another field"],
)
def test_what_is_no_request_at_all_is_read_too(journal: FileJournal, body: bytes) -> None:
    response = a_client(journal).post("/v1/chat", content=body)
    assert response.status_code == 200
    assert is_emergency(response.json())


@pytest.mark.parametrize(
    "given",
    [f"{PAIN}. {FILLER}", f"{FILLER} {PAIN}", [{"role": "user", "content": [{"type": "input_text", "text": PAIN}]}]],
    ids=["begins", "ends", "parts"],
)
def test_a_response_over_the_limit_is_answered(journal: FileJournal, given: object) -> None:
    response = a_client(journal).post("/v1/responses", json={"model": "isletbot", "input": given})
    assert response.status_code == 200
    assert "911" in response.json()["output"][0]["content"][0]["text"]


def test_a_streamed_response_ends_as_it_should(journal: FileJournal) -> None:
    response = a_client(journal).post("/v1/responses", json={**RESPONSE, "stream": True})
    events = [(name, data) for name, data in read_events(response.text.split("\n"))]
    assert events[0][0] == "response.created"
    assert events[-1][0] == "response.completed"
    assert "911" in events[-1][1]["response"]["output"][0]["content"][0]["text"]


@pytest.mark.parametrize(
    "given",
    [
        {"instructions": f"Say: {PAIN}", "input": "Who paid for the trial?"},
        {"input": [{"type": "function_call_output", "call_id": "c", "output": PAIN}, *CALM["messages"]]},
    ],
    ids=["instructions", "output of a tool"],
)
def test_words_of_a_response_that_no_person_wrote_are_no_alarm(journal: FileJournal, given: dict[str, object]) -> None:
    response = a_client(journal).post("/v1/responses", json={"model": "isletbot", **given})
    assert response.json()["isletbot"]["kind"] == "answered"


def test_words_of_a_system_prompt_and_of_the_bot_are_no_alarm(journal: FileJournal) -> None:
    spoken = [{"role": "system", "content": PAIN}, {"role": "assistant", "content": PAIN}, *CALM["messages"]]
    response = a_client(journal).post("/v1/chat/completions", json={"model": "isletbot", "messages": spoken})
    assert response.json()["isletbot"]["kind"] == "answered"


def test_over_events_it_is_one_answer(journal: FileJournal) -> None:
    response = a_client(journal).post("/v1/chat", json=ASKED, headers=STREAM)
    ((name, shown),) = read_events(response.text.split("\n"))
    assert name == "answer"
    assert is_emergency(shown)


def test_streamed_completions_end_as_they_should(journal: FileJournal) -> None:
    response = a_client(journal).post("/v1/chat/completions", json={**COMPLETION, "stream": True})
    events = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    assert events[-1] == "[DONE]"
    chunks = [json.loads(event) for event in events[:-1]]
    assert "911" in "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert chunks[-1]["isletbot"]["kind"] == "urgent"


@pytest.fixture
def agents(journal: FileJournal) -> Iterator[TestClient]:
    async def refuse(_: Question, __: object) -> Answer:
        raise InputError("No.", code="question_too_long")

    guard = middleware_settings(limiter=a_limiter(everyone="0/minute"), keys=ApiKeys(("a" * 20,), open_without=False))
    emergency_handler = an_emergency_handler(urgent_replies().find, journal, a_context(refuse), guard)
    server = make_mcp_server(ToolContext(refuse, lambda: None, lambda _: (), EMERGENCY, emergency_handler))  # type: ignore[arg-type,return-value]
    with TestClient(make_mcp_web(server, guard, "127.0.0.1", 10_000, emergency_handler)) as client:
        yield client


def test_over_mcp_it_is_the_result_of_the_call_whatever_the_limits_and_keys(agents: TestClient) -> None:
    history = [{"role": "assistant", "content": None}]
    arguments = {"question": PAIN, "history": history}
    call = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "ask", "arguments": arguments}}
    response = agents.post("/mcp", json=call)
    assert response.status_code == 200
    assert response.json()["id"] == 7
    result = response.json()["result"]
    assert is_emergency(result["structuredContent"])
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    call["params"] = {"name": "search_corpus", "arguments": {"query": PAIN}}
    assert agents.post("/mcp", json=call).status_code == 429


def test_a_handler_that_fails_costs_nobody_the_normal_way(journal: FileJournal) -> None:
    def find(_: Question) -> Answer | None:
        raise ZeroDivisionError

    app = an_app(ScriptedBot(), find=find, journal=journal)
    assert TestClient(app).post("/v1/chat", json=CALM).json()["kind"] == "answered"


def test_a_full_journal_does_not_keep_back_the_reply_nor_the_record(tmp_path: Path, records: SqlRecords) -> None:
    client = a_client(FileJournal(tmp_path / "urgent.jsonl", most_bytes=10), records=records)
    assert client.post("/v1/chat", json=ASKED).status_code == 200
    assert kept_questions(records) == [PAIN]


def test_the_journal_holds_redacted_words_and_nobody_else_can_read_it(
    journal: FileJournal, records: SqlRecords, tmp_path: Path
) -> None:
    client = a_client(journal, records=AwayRecords(records))
    said = f"{PAIN}, mail me at ann@example.com"
    client.post("/v1/chat", json={"messages": [{"role": "user", "content": said}]})
    (file,) = (tmp_path / "journal").glob("*.jsonl")
    assert "ann@example.com" not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0


def test_a_line_that_a_kill_cut_short_leaves_the_others_readable(journal: FileJournal, tmp_path: Path) -> None:
    client = a_client(journal, records=AwayRecords(open_fleeting()))
    client.post("/v1/chat", json=ASKED)
    (file,) = (tmp_path / "journal").glob("*.jsonl")
    file.write_bytes(file.read_bytes() + b'{"token_digest": "", "question": "I')
    assert [entry.record.question for entry in journal.read()] == [PAIN]
    client.post("/v1/chat", json=ASKED)
    assert [entry.record.question for entry in journal.read()] == [PAIN, PAIN], "it took the next one along"


def test_a_database_that_opens_again_is_the_same(records: SqlRecords, journal: FileJournal) -> None:
    client = a_client(journal, records=AwayRecords(records))
    shown = client.post("/v1/chat", json=ASKED).json()
    (entry,) = journal.read()
    records.keep_answer(entry.record)
    again = SqlRecords(Database(records.database.engine.url, migrate=False))
    assert again.holds_answer(shown["id"])
    assert not again.holds_answer("another")
    again.close()


def test_a_body_that_never_ends_is_read_as_far_as_it_came(journal: FileJournal) -> None:
    def trickle() -> Iterator[bytes]:
        yield json.dumps(ASKED).encode()
        time.sleep(1.5)
        yield b" "

    app = an_app(ScriptedBot(), find=urgent_replies().find, journal=journal, body_seconds=0.5)
    with serve_live(app) as url:
        response = httpx.post(f"{url}/v1/chat", content=trickle(), headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert is_emergency(response.json())


class SlowRecords:
    """Records that answer after five seconds, or when the test ends."""

    def __init__(self, records: Records, ended: Event) -> None:
        self._records, self._ended = records, ended

    def __getattr__(self, name: str) -> object:
        self._ended.wait(5)
        return getattr(self._records, name)


@pytest.mark.parametrize("state", ["away", "slow"])
def test_every_curated_red_flag_is_answered_within_a_second_with_the_records_away_or_slow(
    journal: FileJournal, records: SqlRecords, state: str
) -> None:
    ended = Event()
    client = a_client(journal, records=AwayRecords(records) if state == "away" else SlowRecords(records, ended))
    lines = (PROMPTS.parent / "evals" / "red_flags.jsonl").read_text("utf-8").splitlines()
    seconds = []
    try:
        for line in lines[::60]:
            messages = [{"role": "user", "content": text} for text in json.loads(line)["turns"]]
            began = time.perf_counter()
            response = client.post("/v1/chat", json={"messages": messages})
            seconds.append(time.perf_counter() - began)
            assert response.json()["kind"] == "urgent"
    finally:
        ended.set()
    assert len(seconds) > 10
    assert max(seconds) < 1
