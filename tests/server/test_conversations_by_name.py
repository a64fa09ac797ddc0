"""A conversation with a corpus that is named in each request to the app above it: sessions, history, feedback, handoff
and sources."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from httpx import Response

from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Turn
from tests.kept import DAY
from tests.scripted import NEJM, an_answer
from tests.server.conftest import EMERGENCY, a_limiter
from tests.server.contexts import TurnedClock
from tests.server.events import read_events
from tests.server.two_corpora import HANDOFF, STONES_SOURCE, STREAM, URGENT, USER, Headers, Two, call, code_of, make_two


def open_session(two: Two, corpus: str | None = "stones") -> tuple[str, Headers]:
    opened = two.client.post("/v1/sessions", json={"widget": "demo", "corpus": corpus})
    assert opened.status_code == 201, opened.text
    return opened.json()["id"], {"Authorization": f"Bearer {opened.json()['token']}"}


def rate(two: Two, answer_id: str, corpus: str | None = "stones", headers: Headers | None = None) -> Response:
    body = {"answer_id": answer_id, "rating": "wrong", "words": "Not so.", "corpus": corpus}
    reply: Response = two.client.post("/v1/feedback", json=body, headers=headers)
    return reply


def read_rows(records: SqlRecords, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(str(records.database.engine.url.database)) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return make_two(tmp_path)


@pytest.mark.parametrize("accept", [{}, STREAM])
def test_a_conversation_goes_from_its_session_to_its_deletion_by_name_alone(two: Two, accept: Headers) -> None:
    session_id, mine = open_session(two)
    replies = [two.ask({**USER, "content": text}, "", {**mine, **accept}, corpus="stones") for text in ("one", "two")]
    shown = [list(read_events(reply.text.split("\n")))[-1][1] if accept else reply.json() for reply in replies]
    assert two.stones.asked[1] == ("two", (Turn("user", "one"), Turn("assistant", an_answer("small_talk").text)))
    said = call(two, "GET", "/v1/history", "stones", mine).json()["messages"]
    assert [message.get("content") or message["answer"] for message in said] == ["one", shown[0], "two", shown[1]]
    assert rate(two, shown[1]["id"], headers=mine).status_code == 204
    handed = two.client.post(
        "/v1/handoff", json={**HANDOFF, "answer_id": shown[1]["id"], "corpus": "stones"}, headers=mine
    )
    assert handed.status_code == 202
    stones = two.records["stones"]
    assert read_rows(stones, "SELECT rating FROM feedback") == [("wrong",)]
    assert read_rows(stones, "SELECT COUNT(*) FROM handoffs") == [(1,)]
    assert call(two, "DELETE", f"/v1/sessions/{session_id}", "stones", mine).status_code == 204
    assert code_of(call(two, "GET", "/v1/history", "stones", mine)) == (401, "session_unknown")
    assert two.read_questions() == {"": [], "stones": []}
    for table in ("sessions", "feedback", "handoffs"):
        assert read_rows(two.records[""], f"SELECT COUNT(*) FROM {table}") == [(0,)]


def test_a_session_is_one_by_name_and_by_path(two: Two) -> None:
    _, mine = open_session(two)
    assert two.ask(path="/corpora/stones", headers=mine).status_code == 200
    by_name = call(two, "GET", "/v1/history", "stones", mine).json()
    assert len(by_name["messages"]) == 2
    assert by_name == two.client.get("/corpora/stones/v1/history", headers=mine).json()


def test_a_reply_without_a_session_is_rated_by_name(two: Two) -> None:
    answer_id = two.ask(corpus="stones").json()["id"]
    assert rate(two, answer_id).status_code == 204
    assert read_rows(two.records["stones"], "SELECT rating, words FROM feedback") == [("wrong", "Not so.")]


@pytest.mark.parametrize(
    ("path", "asked"), [("/v1/chat/completions", {"messages": [USER]}), ("/v1/responses", {"input": "Hi"})]
)
def test_a_reply_of_the_model_of_a_corpus_is_rated_by_its_name(two: Two, path: str, asked: object) -> None:
    body = {"model": "isletbot-stones", **asked}  # type: ignore[dict-item]
    answer_id = two.client.post(path, json=body).json()["isletbot"]["answer_id"]
    assert code_of(rate(two, answer_id, None)) == (404, "no_such_answer")
    assert rate(two, answer_id).status_code == 204


def test_an_urgent_reply_stands_in_the_history_and_is_gone_with_the_session(two: Two) -> None:
    session_id, mine = open_session(two)
    answer_id = two.ask(URGENT, headers=mine, corpus="stones").json()["id"]
    two.client.app.state.corpora.get("stones").context.emergency_handler.settle()  # type: ignore[attr-defined]
    said = call(two, "GET", "/v1/history", "stones", mine).json()["messages"]
    assert [message.get("content") or message["answer"]["id"] for message in said] == [URGENT["content"], answer_id]
    assert rate(two, answer_id, headers=mine).status_code == 204
    assert call(two, "DELETE", f"/v1/sessions/{session_id}", "stones", mine).status_code == 204
    assert two.read_questions() == {"": [], "stones": []}


def test_sources_are_those_of_the_named_corpus(two: Two) -> None:
    def list_ids(corpus: str | None) -> list[str]:
        return [source["id"] for source in call(two, "GET", "/v1/sources", corpus).json()["sources"]]

    assert (list_ids(None), list_ids("stones")) == ([NEJM.id], [STONES_SOURCE.id])
    path = f"/v1/sources/{STONES_SOURCE.id}"
    assert call(two, "GET", path, "stones").json()["id"] == STONES_SOURCE.id
    assert code_of(call(two, "GET", path)) == (404, "no_such_source")
    refused = call(two, "GET", f"/v1/sources/{NEJM.id}", "stones").json()["error"]
    assert refused["remedy"] == f"GET /v1/sources?corpus=stones lists them. {EMERGENCY}"


@pytest.mark.parametrize("owner", ["stones", None])
def test_a_session_of_one_corpus_is_not_known_in_another(two: Two, owner: str | None) -> None:
    session_id, mine = open_session(two, owner)
    answer_id = two.ask(headers=mine, corpus=owner).json()["id"]
    other = None if owner else "stones"
    how = (
        "POST /v1/sessions, or name in `corpus` the one that it was opened for"
        if owner
        else 'POST /v1/sessions and `"corpus": "stones"`'
    )
    for method, path in (
        ("GET", "/v1/history"), ("DELETE", f"/v1/sessions/{session_id}"), ("POST", "/v1/chat"),
        ("POST", "/v1/feedback"), ("POST", "/v1/handoff"),
    ):  # fmt: skip
        refused = call(two, method, path, other, mine)
        assert code_of(refused) == (401, "session_unknown"), path
        remedy = f"Open one with {how}: a session belongs to one corpus. {EMERGENCY}"
        assert refused.json()["error"]["remedy"] == remedy
    assert len(call(two, "GET", "/v1/history", owner, mine).json()["messages"]) == 2
    assert rate(two, answer_id, owner, mine).status_code == 204


def test_nobody_deletes_the_session_of_another_by_name(two: Two) -> None:
    (_, mine), (hers_id, hers) = open_session(two), open_session(two)
    refused = call(two, "DELETE", f"/v1/sessions/{hers_id}", "stones", mine)
    assert code_of(refused) == (401, "session_unknown")
    assert call(two, "GET", "/v1/history", "stones", hers).status_code == 200


@pytest.mark.parametrize("owner", ["stones", None])
def test_a_reply_of_one_corpus_is_not_rated_in_another(two: Two, owner: str | None) -> None:
    answer_id = two.ask(corpus=owner).json()["id"]
    refused = rate(two, answer_id, None if owner else "stones")
    assert code_of(refused) == (404, "no_such_answer")
    said = f"Send the id of an answer you got, and name in `corpus` the one that gave it. {EMERGENCY}"
    assert refused.json()["error"]["remedy"] == said
    assert rate(two, answer_id, owner).status_code == 204


def test_a_session_that_is_over_is_still_deleted_by_name(tmp_path: Path) -> None:
    clock = TurnedClock()
    two = make_two(tmp_path, clock=clock)
    session_id, mine = open_session(two)
    clock.pass_by(DAY)
    assert code_of(call(two, "GET", "/v1/history", "stones", mine)) == (401, "session_expired")
    assert call(two, "DELETE", f"/v1/sessions/{session_id}", "stones", mine).status_code == 204


def test_whether_a_token_is_needed_is_for_the_named_corpus_to_say(tmp_path: Path) -> None:
    two = make_two(tmp_path, needs_session=True)
    refused = two.ask(corpus="stones")
    assert code_of(refused) == (401, "session_missing")
    assert 'POST /v1/sessions and `"corpus": "stones"`' in refused.json()["error"]["remedy"]
    assert two.ask(corpus="stones", headers=open_session(two)[1]).status_code == 200


def test_each_request_by_name_counts_once_against_the_limit_of_its_token(tmp_path: Path) -> None:
    two = make_two(tmp_path, limiter=a_limiter(session="2/minute"))
    (_, mine), (_, hers) = open_session(two), open_session(two)
    found = [call(two, "GET", "/v1/history", "stones", mine).status_code for _ in range(3)]
    assert found == [200, 200, 429]
    assert call(two, "GET", "/v1/history", "stones", hers).status_code == 200
    assert two.client.get("/corpora/stones/v1/history", headers=mine).status_code == 429
