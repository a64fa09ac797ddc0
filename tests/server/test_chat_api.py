import json
import threading
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isletbot.errors import IndexCorrupt, InputError
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer, Turn
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, Serve

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}


def check_error(response: Response, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    error = response.json()["error"]
    assert list(error) == ["code", "message", "remedy"]
    assert error["code"] == code
    assert error["message"]
    assert error["remedy"].endswith(EMERGENCY)


def post(client: TestClient, body: bytes | str, content_type: str = "application/json") -> Response:
    return client.post("/v1/chat", content=body, headers={"content-type": content_type})


def test_a_question_gets_the_answer_in_the_contracts_form(serve: Serve) -> None:
    response = serve().post("/v1/chat", json=ASKED)
    assert response.status_code == 200
    assert response.json() == answer_to_json(an_answer())
    assert response.headers["cache-control"] == "no-store"


def test_the_bot_is_given_the_history(serve: Serve) -> None:
    bot = ScriptedBot()
    earlier = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    serve(bot=bot).post("/v1/chat", json={"messages": [*earlier, *ASKED["messages"]]})
    assert bot.asked == [("How many came off insulin?", (Turn("user", "Hi"), Turn("assistant", "Hello")))]


def test_the_content_type_may_name_its_charset(serve: Serve) -> None:
    assert post(serve(), json.dumps(ASKED), "Application/JSON; charset=utf-8").status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(serve: Serve, content_type: str) -> None:
    check_error(post(serve(), json.dumps(ASKED), content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"hello", "malformed_json"),
        (b'{"messages": [}', "malformed_json"),
        (b"[" * 9_000, "malformed_json"),
        (b'{"messages": ' + b"1" * 9_000 + b"}", "malformed_json"),
        (b'{"messages": "\xff\xfe"}', "not_utf8"),
        (b"\x00\x00", "malformed_json"),
    ],
)
def test_a_body_that_is_not_json_is_refused(serve: Serve, body: bytes, code: str) -> None:
    check_error(post(serve(), body), 400, code)


def test_a_body_of_another_form_is_refused(serve: Serve) -> None:
    check_error(serve().post("/v1/chat", json={"question": "Hi"}), 422, "unknown_field")


def test_a_body_over_the_limit_is_refused(serve: Serve) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "x" * 10_001}]})
    check_error(post(serve(), body), 413, "body_too_large")


def test_a_body_over_the_limit_is_not_read_to_its_end(serve: Serve) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 1_000:
            sent += 1
            yield b"x" * 1_000

    response = serve().post("/v1/chat", content=endless(), headers={"content-type": "application/json"})
    check_error(response, 413, "body_too_large")


def test_what_the_bot_does_not_take_as_a_question_is_a_422(serve: Serve) -> None:
    refused = InputError("The question is too long.", code="question_too_long", remedy="Ask it in fewer words.")
    check_error(serve(refused).post("/v1/chat", json=ASKED), 422, "question_too_long")


def test_a_lone_surrogate_in_a_field_name_can_be_reported(serve: Serve) -> None:
    check_error(post(serve(), rb'{"\ud800": 1}'), 422, "unknown_field")


def test_an_index_that_fails_is_a_503_that_tells_the_public_nothing(serve: Serve) -> None:
    response = serve(IndexCorrupt("/home/somebody/var/index is broken")).post("/v1/chat", json=ASKED)
    check_error(response, 503, "not_ready")
    assert int(response.headers["retry-after"]) > 0
    assert "somebody" not in response.text


def test_a_defect_is_a_500_without_a_traceback(serve: Serve) -> None:
    response = serve(ZeroDivisionError("secret")).post("/v1/chat", json=ASKED)
    check_error(response, 500, "internal")
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_an_error_in_our_form(serve: Serve, method: str) -> None:
    response = serve().request(method, "/v1/chat")
    check_error(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "POST"


def test_a_long_answer_does_not_keep_the_health_check_waiting(serve: Serve) -> None:
    release = threading.Event()
    begun = threading.Event()

    class SlowBot(ScriptedBot):
        def ask(self, question: object, *, listener: object = None) -> Answer:
            begun.set()
            assert release.wait(10)
            return an_answer()

    with serve(bot=SlowBot()) as client:
        asking = threading.Thread(target=client.post, args=("/v1/chat",), kwargs={"json": ASKED})
        asking.start()
        assert begun.wait(10)
        assert client.get("/healthz").status_code == 200
        release.set()
        asking.join(10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_reply_is_an_answer_or_an_error_in_our_form(serve: Serve, body: bytes) -> None:
    response = post(serve(), body)
    assert response.status_code in (200, 400, 422)
    assert response.status_code == 200 or response.json()["error"]["remedy"].endswith(EMERGENCY)
