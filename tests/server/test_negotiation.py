from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from isletbot.server.negotiation import prefers_stream
from isletbot.storage.file_journal import FileJournal
from tests.scripted import ScriptedBot
from tests.server.conftest import Serve, an_app
from tests.server.urgent import urgent_replies

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        ("text/event-stream", True),
        ("TEXT/Event-Stream", True),
        ("text/event-stream; charset=utf-8", True),
        ("text/event-stream, */*", True),
        ("application/json, text/event-stream", True),
        ("text/event-stream;q=0.5, */*;q=0.1", True),
        ("text/*, application/json;q=0.3", True),
        ("text/event-stream;q=nonsense", True),
        ("text/event-stream;q=0", False),
        ("text/event-stream; Q=0.000, */*", False),
        ("text/event-stream;q=0.4, application/json", False),
        ("application/json", False),
        ("text/event-stream-of-mine", False),
        ("text/html, */*;q=0.8", False),
        ("*/*", False),
        ("text/*;q=0", False),
        ("", False),
        (",;q=1,", False),
    ],
)
def test_the_heavier_of_both_is_sent_and_json_without_a_word_for_a_stream(
    serve: Serve, accept: str, streams: bool
) -> None:
    assert prefers_stream([accept]) is streams
    response = serve().post("/v1/chat", json=ASKED, headers={"Accept": accept})
    assert response.headers["content-type"].startswith("text/event-stream" if streams else "application/json")


def test_several_accept_headers_are_one_list() -> None:
    assert prefers_stream(["application/json;q=0.2", "text/event-stream"])
    assert not prefers_stream(["text/event-stream;q=0.2", "application/json"])


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        ("text/event-stream", True),
        ("text/event-stream;q=0", False),
        ("application/json, text/event-stream;q=0.5", False),
    ],
)
def test_an_urgent_reply_reads_accept_as_any_other_reply_does(tmp_path: Path, accept: str, streams: bool) -> None:
    app = an_app(ScriptedBot(), find=urgent_replies().find, journal=FileJournal(tmp_path / "urgent.jsonl"))
    asked = {"messages": [{"role": "user", "content": "I have severe chest pain"}]}
    response = TestClient(app).post("/v1/chat", json=asked, headers={"Accept": accept})
    assert "911" in response.text
    assert response.headers["content-type"].startswith("text/event-stream" if streams else "application/json")
