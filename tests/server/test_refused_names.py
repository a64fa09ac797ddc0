"""What is wrong with a name of a corpus, said alike by every route that takes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, ORIGIN, an_app
from tests.server.two_corpora import (
    BOTH,
    BY_BODY,
    BY_QUERY,
    ROUTES,
    STONES,
    UNKNOWN,
    URGENT,
    USER,
    Two,
    call,
    code_of,
    make_two,
)


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return make_two(tmp_path)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_an_unknown_name_with_the_names_and_the_remedy(two: Two, method: str, path: str) -> None:
    refused = call(two, method, path, "gout")
    assert code_of(refused) == (404, "no_such_corpus")
    error = refused.json()["error"]
    assert f"{error['message']} {error['remedy']}" == f"{UNKNOWN} {EMERGENCY}"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_a_page_that_the_named_corpus_does_not_list(two: Two, method: str, path: str) -> None:
    for origin in (ORIGIN, "null", "https://stones.example.evil.example"):
        refused = call(two, method, path, "stones", {"Origin": origin})
        assert code_of(refused) == (403, "origin_not_allowed")
        assert refused.json()["error"]["message"] == f"Pages of {origin!r} may not ask the corpus 'stones'."
    for origin in (STONES, BOTH, "http://bot.example"):
        assert "may not ask the corpus" not in call(two, method, path, "stones", {"Origin": origin}).text


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_refuses_an_empty_name(two: Two, method: str, path: str) -> None:
    refused = call(two, method, path, "")
    assert code_of(refused) == (422, "bad_request")
    assert refused.json()["error"]["message"] == "`corpus` is empty."


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_where_there_is_one_corpus_alone_no_route_takes_a_name(two: Two, method: str, path: str) -> None:
    said = "The corpus 'stones' cannot be chosen here: this address answers from one corpus alone."
    alone = Two(TestClient(an_app(ScriptedBot())), two.main, two.stones, {})
    below = Two(TestClient(two.client.app, "http://bot.example/corpora/stones"), two.main, two.stones, {})
    for refused in (call(alone, method, path, "stones"), call(below, method, path, "stones")):
        assert code_of(refused) == (404, "no_such_corpus")
        assert refused.json()["error"]["message"] == said


@pytest.mark.parametrize("path", [path for _, path in BY_QUERY if path != "/v1/sessions/s1"])
def test_a_query_names_one_corpus(two: Two, path: str) -> None:
    refused = two.client.get(f"{path}?corpus=stones&corpus=stones")
    assert code_of(refused) == (422, "bad_request")
    assert refused.json()["error"]["message"] == "The query names `corpus` 2 times."


@pytest.mark.parametrize(
    ("path", "body", "remedy"),
    [
        *((path, body, "Send `corpus` as a field of the body.") for path, body in BY_BODY.items()),
        ("/v1/chat/completions", {"model": "isletbot", "messages": [USER]}, "Name the corpus by the model."),
        ("/v1/responses", {"model": "isletbot", "input": "Hi"}, "Name the corpus by the model."),
    ],
)
def test_a_name_in_the_query_of_a_request_with_a_body_is_not_read_over(
    two: Two, path: str, body: object, remedy: str
) -> None:
    refused = two.client.post(f"{path}?corpus=stones", json=body)
    assert refused.json()["error"]["code"] == "bad_request"
    assert refused.json()["error"]["remedy"] == f"{remedy} {EMERGENCY}"
    assert two.main.asked == two.stones.asked == []
    urgent = two.client.post("/v1/chat?corpus=stones", json={"messages": [URGENT]})
    assert urgent.json()["kind"] == "urgent"
