import json
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest

from isletbot.server.concurrency import RequestPool
from isletbot.types import Answer
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, Serve, an_app
from tests.server.live import serve_live

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}


class Waiting(ScriptedBot):
    """Answers when it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.release = threading.Semaphore(0), threading.Event()

    def ask(self, question: object, *, listener: object = None) -> Answer:
        self.begun.release()
        assert self.release.wait(20)
        return an_answer()


@pytest.mark.parametrize("headers", [{"X-Long": "x" * 9_000}, {f"X-{row}": "x" * 100 for row in range(90)}])
def test_a_head_over_the_limit_is_refused(serve: Serve, headers: dict[str, str]) -> None:
    response = serve().get("/healthz", headers=headers)
    assert response.status_code == 431
    assert response.json()["error"]["code"] == "headers_too_large"


def test_a_query_over_the_limit_is_refused(serve: Serve) -> None:
    assert serve().get("/healthz", params={"q": "x" * 9_000}).status_code == 431


def read_to_the_end(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(4_096):
        received += piece
    return received


def test_a_body_that_trickles_in_is_given_up_on() -> None:
    with serve_live(an_app(ScriptedBot(), body_seconds=0.2)) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port or 0), timeout=10) as connection:
            head = "POST /v1/chat HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n"
            connection.sendall(f"{head}Connection: close\r\n\r\n{{".encode())
            received = read_to_the_end(connection)
    assert received.startswith(b"HTTP/1.1 408 ")
    assert EMERGENCY.encode() in received
    assert b"body_too_slow" in received


def test_a_request_without_an_answer_in_time_is_a_503_with_the_emergency_line(serve: Serve) -> None:
    bot = Waiting()
    response = serve(bot=bot, request_seconds=0.2).post("/v1/chat", json=ASKED)
    bot.release.set()
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert response.json()["error"]["code"] == "timed_out"
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)


def test_when_every_place_in_the_queue_is_taken_the_next_is_told_to_come_back() -> None:
    bot = Waiting()
    queue = RequestPool(at_once=1, waiting=1)
    codes: list[int] = []
    with serve_live(an_app(bot, queue=queue)) as url:

        def ask() -> None:
            codes.append(httpx.post(f"{url}/v1/chat", json=ASKED, timeout=20).status_code)

        asking = [threading.Thread(target=ask) for _ in range(2)]
        asking[0].start()
        assert bot.begun.acquire(timeout=10)
        asking[1].start()
        while queue.waiting == 0:
            assert httpx.get(f"{url}/healthz").status_code == 200
        refused = httpx.post(f"{url}/v1/chat", json=ASKED, timeout=20)
        bot.release.set()
        for thread in asking:
            thread.join(20)
    assert refused.headers["retry-after"]
    assert refused.json()["error"]["code"] == "busy"
    assert json.dumps(EMERGENCY)[1:-1] in refused.text
    assert sorted(codes) == [200, 200]
