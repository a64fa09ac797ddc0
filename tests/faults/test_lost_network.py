"""The network to PostgreSQL, or to Redis, loses everything; then it is back. Each is also killed and started again."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from isletbot.answering.graph import Bot
from tests.cluster.dependencies import RedisServer, wait_for
from tests.faults.dropping_proxy import DroppingProxy, dropping_proxy
from tests.faults.serving import (
    CALM,
    READY_SECONDS,
    ServerProcess,
    asking,
    check_refusals,
    running_server,
)

pytestmark = [pytest.mark.faults, pytest.mark.weights, pytest.mark.cluster]
BREAK_SECONDS = 3
KEEP_SECONDS = 60
SECRET = "a secret of thirty-two characters or so"


def break_and_heal(server: ServerProcess, broken: AbstractContextManager[None]) -> None:
    """While the block of `broken` lasts, its part is away."""
    with asking(server) as asked:
        with broken:
            wait_for(lambda: server.status("/readyz") == 503, "not ready", READY_SECONDS)
            assert server.status("/healthz") == 200
            before = len(asked.urgent_seconds)
            time.sleep(BREAK_SECONDS)
            assert len(asked.urgent_seconds) > before
        wait_for(lambda: server.status("/readyz") == 200, "ready again", READY_SECONDS)
        wait_for(lambda: server.ask(CALM).status_code == 200, "answers again", READY_SECONDS)
    check_refusals(asked)
    assert asked.refused
    assert asked.broken == []
    wait_for(lambda: asked.answered <= server.kept(), "every reply that was received is kept", KEEP_SECONDS)
    assert asked.rated <= server.kept("SELECT answer_id FROM feedback")


@pytest.fixture
def postgres_proxy(postgres_url: str) -> Iterator[DroppingProxy]:
    with dropping_proxy(int(urlsplit(postgres_url).port or 0)) as proxy:
        yield proxy


def test_a_network_that_loses_what_goes_to_postgresql_costs_no_emergency_its_reply(
    bot: Bot, test_cache: Path, tmp_path: Path, postgres_url: str, postgres_proxy: DroppingProxy
) -> None:
    through = postgres_url.replace(str(urlsplit(postgres_url).port), str(postgres_proxy.port))
    with running_server(test_cache, tmp_path / "data", records_url=through, request_seconds="5") as server:
        server.kept = lambda query="SELECT id FROM answers": read_all(postgres_url, query)  # type: ignore[method-assign]
        break_and_heal(server, postgres_proxy.dropping())


def read_all(url: str, query: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {str(name) for (name,) in connection.execute(query.encode())}


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    if shutil.which("redis-server") is None:
        missing = "redis-server is not installed: apt install redis-server"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    running = RedisServer(tmp_path / "redis")
    running.start()
    yield running
    running.kill()


def test_a_network_that_loses_what_goes_to_redis_closes_the_door_to_all_but_emergencies(
    bot: Bot, test_cache: Path, tmp_path: Path, redis: RedisServer
) -> None:
    with dropping_proxy(redis.port) as proxy:
        limits = {"limits_url": f"redis://127.0.0.1:{proxy.port}", "limits_secret": SECRET}
        with running_server(test_cache, tmp_path / "data", **limits) as server:
            break_and_heal(server, proxy.dropping())


def test_redis_killed_and_started_again_under_load_closes_the_door_to_all_but_emergencies(
    bot: Bot, test_cache: Path, tmp_path: Path, redis: RedisServer
) -> None:
    limits = {"limits_url": f"redis://127.0.0.1:{redis.port}", "limits_secret": SECRET}

    @contextmanager
    def killed() -> Iterator[None]:
        redis.kill()
        yield
        redis.start()

    with running_server(test_cache, tmp_path / "data", **limits) as server:
        break_and_heal(server, killed())
