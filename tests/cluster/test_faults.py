"""Parts are killed while people ask: what is urgent is answered, nothing acknowledged is lost, and it heals itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from tests.cluster.dependencies import wait_for
from tests.cluster.machines import Cluster, ask_status
from tests.cluster.test_replicas import QUESTION, URGENT, asking

pytestmark = pytest.mark.cluster
HEAL_SECONDS = 10
KEEP_SECONDS = 60
"""The journal moves its replies into the records one by one, each synced: on a busy machine that takes a while."""
BREAK_SECONDS = 4
"""How long a part stays away."""


@dataclass
class Load:
    answered: set[str] = field(default_factory=set)
    """Ids of the replies that somebody received."""
    urgent: list[str] = field(default_factory=list)
    """Kind of each reply to an urgent message, or what came in its place."""
    refused: list[httpx.Response] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@contextmanager
def light_load(cluster: Cluster) -> Iterator[Load]:
    """Two who ask questions and one with emergencies, over nginx, until the block ends."""
    load, over = Load(), threading.Event()

    def keep_asking(text: str) -> None:
        client = cluster.nginx.open_client()
        while not over.is_set():
            try:
                reply = client.post("/v1/chat", json=asking(text))
            except httpx.HTTPError as error:
                load.broken.append(f"{text}: {type(error).__name__}")
                continue
            if reply.status_code == 200:
                load.answered.add(reply.json()["id"])
            elif text != URGENT:
                load.refused.append(reply)
            if text == URGENT:
                load.urgent.append(reply.json().get("kind", f"{reply.status_code} {reply.text}"))
            over.wait(0.05)
        client.close()

    asking_threads = [threading.Thread(target=keep_asking, args=(text,)) for text in (QUESTION, QUESTION, URGENT)]
    for thread in asking_threads:
        thread.start()
    try:
        time.sleep(1)
        yield load
    finally:
        over.set()
        for thread in asking_threads:
            thread.join()


def check_load(cluster: Cluster, load: Load) -> None:
    assert load.broken == [], "nginx answers whatever is away behind it"
    assert len(load.urgent) > 5
    assert set(load.urgent) == {"urgent"}
    assert {reply.status_code for reply in load.refused} <= {503}
    assert all("911" in reply.text for reply in load.refused), "every refusal carries the emergency line"
    # An urgent reply may wait in the journal of its replica for the records.
    wait_for(lambda: load.answered <= cluster.kept_ids(), "every reply that was received is kept", KEEP_SECONDS)


def test_a_killed_replica_is_not_missed(cluster: Cluster) -> None:
    victim, other = cluster.replicas
    with light_load(cluster) as load:
        victim.kill()
        time.sleep(BREAK_SECONDS)
        assert ask_status(f"{other.url}/readyz") == 200
        victim.start()
        victim.wait_ready()
        time.sleep(1)
    check_load(cluster, load)
    assert [reply.text for reply in load.refused] == []


def test_with_postgresql_killed_emergencies_are_answered_and_it_heals(cluster: Cluster) -> None:
    with light_load(cluster) as load:
        cluster.postgres.kill()
        for replica in cluster.replicas:
            wait_for(lambda url=replica.url: ask_status(f"{url}/readyz") == 503, "not ready", HEAL_SECONDS)  # type: ignore[misc]
            assert ask_status(f"{replica.url}/healthz") == 200
        time.sleep(BREAK_SECONDS)
        cluster.postgres.start()
        assert cluster.wait_ready(HEAL_SECONDS) < HEAL_SECONDS
        time.sleep(1)
    check_load(cluster, load)
    assert load.refused


def test_with_redis_killed_emergencies_are_answered_and_it_heals(cluster: Cluster) -> None:
    with light_load(cluster) as load:
        cluster.redis.kill()
        for replica in cluster.replicas:
            wait_for(lambda url=replica.url: ask_status(f"{url}/readyz") == 503, "not ready", HEAL_SECONDS)  # type: ignore[misc]
        time.sleep(BREAK_SECONDS)
        cluster.redis.start()
        assert cluster.wait_ready(HEAL_SECONDS) < HEAL_SECONDS
        time.sleep(1)
    check_load(cluster, load)
    assert load.refused


def test_a_certificate_that_is_over_is_refused_by_clients_and_renewed_without_a_restart(cluster: Cluster) -> None:
    cluster.nginx.renew_certificate(days=-1)
    cluster.nginx.reload()
    try:
        wait_for(lambda: "expired" in find_trouble(cluster), "clients refuse it", HEAL_SECONDS)
    finally:
        cluster.nginx.renew_certificate(days=30)
        cluster.nginx.reload()
    wait_for(lambda: find_trouble(cluster) == "", "clients take the new one", HEAL_SECONDS)


def find_trouble(cluster: Cluster) -> str:
    try:
        with cluster.nginx.open_client() as client:
            return "" if client.get("/healthz").status_code == 200 else "no answer"
    except httpx.HTTPError as error:
        return str(error)
