"""Two replicas behind nginx are one server to whoever asks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import cycle

import httpx
import pytest

from tests.cluster.dependencies import wait_for
from tests.cluster.machines import HOST, PREFIX, Cluster
from tests.server.events import read_events

QUESTION = "How many people could stop insulin?"
URGENT = "My mother is unconscious!"
FOLLOW_SECONDS = 5


def asking(text: str) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": text}]}


def open_session(client: httpx.Client) -> dict[str, str]:
    opened = client.post("/v1/sessions", json={"widget": "demo"}, headers={"origin": f"https://{HOST}"})
    assert opened.status_code == 201, opened.text
    return {"authorization": f"Bearer {opened.json()['token']}"}


def ask_each(cluster: Cluster, method: str, path: str, **given: object) -> list[httpx.Response]:
    """The same request to each replica, past nginx."""
    urls = [f"{replica.url}{PREFIX}{path}" for replica in cluster.replicas]
    return [httpx.request(method, url, timeout=60, **given) for url in urls]  # type: ignore[arg-type]


def test_nginx_takes_the_files_of_deploy_and_says_that_they_are_sound(cluster: Cluster) -> None:
    assert "test is successful" in cluster.nginx.check()


def test_a_question_is_answered_over_tls_below_the_prefix_and_streamed_as_it_is_made(client: httpx.Client) -> None:
    answered = client.post("/v1/chat", json=asking(QUESTION))
    assert answered.status_code == 200, answered.text
    assert answered.json()["kind"] == "answered"
    headers = {"accept": "text/event-stream"}
    pauses, gathered = [], []
    for _ in range(5):  # a busy machine may hand over two events at once, a proxy that gathers does so every time
        with client.stream("POST", "/v1/chat", json=asking(QUESTION), headers=headers) as response:
            lines: list[str] = []
            pauses.append(measure_pause(tee(response.iter_lines(), lines)))
        gathered.append(measure_pause(lines))
    assert max(pauses) > 10 * max(gathered)


def tee(lines: Iterable[str], kept: list[str]) -> Iterator[str]:
    for line in lines:
        kept.append(line)
        yield line


def measure_pause(lines: Iterable[str]) -> float:
    """Seconds between the first event and the answer, which comes last."""
    times = {name: time.monotonic() for name, _ in read_events(lines)}
    assert list(times)[-1] == "answer"
    return times["answer"] - next(iter(times.values()))


def test_pages_keep_the_prefix_and_the_console_is_not_at_the_public_name(client: httpx.Client) -> None:
    page = client.get("/")
    assert f'src="{PREFIX}/widget.js"' in page.text
    assert page.headers["strict-transport-security"]
    assert "nginx/" not in page.headers.get("server", "")
    assert client.get("/staff/sign-in").status_code == 404


@pytest.mark.cluster
def test_a_session_and_its_history_are_the_same_at_each_replica(cluster: Cluster, client: httpx.Client) -> None:
    mine = open_session(client)
    asked = [QUESTION, "And how is it given?", "What is zimislecel?"]
    for replica, text in zip(cycle(cluster.replicas), asked, strict=False):
        reply = httpx.post(f"{replica.url}{PREFIX}/v1/chat", json=asking(text), headers=mine, timeout=60)
        assert reply.status_code == 200, reply.text
    histories = [reply.json()["messages"] for reply in ask_each(cluster, "GET", "/v1/history", headers=mine)]
    assert histories[0] == histories[1]
    assert [said["content"] for said in histories[0] if said["role"] == "user"] == asked


@pytest.mark.cluster
def test_a_repeated_request_gets_the_first_reply_at_the_other_replica(cluster: Cluster, client: httpx.Client) -> None:
    headers = {**open_session(client), "idempotency-key": "once"}
    replies = ask_each(cluster, "POST", "/v1/chat", json=asking(QUESTION), headers=headers)
    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json()["id"] == replies[1].json()["id"]


@pytest.mark.cluster
def test_the_switch_holds_everywhere_from_the_next_question_on(cluster: Cluster) -> None:
    cluster.replicas[0].run("switch", "off")
    try:
        refused = ask_each(cluster, "POST", "/v1/chat", json=asking(QUESTION))
        assert [reply.status_code for reply in refused] == [503, 503]
        assert {reply.json()["error"]["code"] for reply in refused} == {"switched_off"}
        urgent = ask_each(cluster, "POST", "/v1/chat", json=asking(URGENT))
        assert [reply.json()["kind"] for reply in urgent] == ["urgent", "urgent"]
    finally:
        cluster.replicas[1].run("switch", "on")
    assert [reply.status_code for reply in ask_each(cluster, "POST", "/v1/chat", json=asking(QUESTION))] == [200, 200]


@pytest.mark.cluster
def test_a_withdrawn_source_is_out_of_both_within_seconds(cluster: Cluster) -> None:
    def cited() -> list[bool]:
        replies = ask_each(cluster, "POST", "/v1/chat", json=asking(QUESTION))
        return [any(one["source_id"] == "nejm-2025" for one in reply.json()["citations"]) for reply in replies]

    assert cited() == [True, True]
    cluster.replicas[0].run("corpus", "withdraw", "nejm-2025")
    try:
        wait_for(lambda: cited() == [False, False], "neither cites it", FOLLOW_SECONDS)
    finally:
        cluster.replicas[0].run("corpus", "approve", "nejm-2025")
    wait_for(lambda: cited() == [True, True], "both cite it again", FOLLOW_SECONDS * 4)
