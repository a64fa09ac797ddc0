import shutil
import socket
import subprocess
from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from isletbot.errors import SettingsError
from isletbot.server.api_keys import ApiKeys
from isletbot.server.rate_limits import Limiter, Rates
from isletbot.settings import load_settings
from isletbot.wiring.serving import make_middleware_settings
from tests.free_ports import find_port
from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, FREELY, ORIGIN, Serve, a_limiter, an_app

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}
KEYS = ApiKeys(("a-key-of-some-length",), open_without=False)


def ask(client: TestClient, token: str = "", **headers: str) -> Response:
    """With a token, something that anybody may ask: what the token is worth does not matter to the count."""
    if token:
        return client.get("/v1/sources", headers={"Authorization": f"Bearer {token}", **headers})
    return client.post("/v1/chat", json=ASKED, headers=headers)


def test_who_asks_too_often_is_told_when_to_come_back_and_where_to_turn_in_an_emergency(serve: Serve) -> None:
    client = serve(limiter=a_limiter(address="2/minute"))
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(client)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    error = refused.json()["error"]
    assert error["code"] == "rate_limited"
    assert error["remedy"].endswith(EMERGENCY)


def test_a_page_of_another_origin_can_read_that_it_was_refused(serve: Serve) -> None:
    client = serve(limiter=a_limiter(address="1/minute"))
    ask(client)
    refused = ask(client, Origin=ORIGIN)
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == ORIGIN
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


def test_each_session_has_its_own_count(serve: Serve) -> None:
    client = serve(limiter=a_limiter(session="1/minute"))
    assert [ask(client, token).status_code for token in ("one", "one", "two")] == [200, 429, 200]


def test_made_up_sessions_do_not_get_around_the_count_of_the_address(serve: Serve) -> None:
    client = serve(limiter=a_limiter(address="2/minute"))
    assert [ask(client, f"token-{row}").status_code for row in range(3)] == [200, 200, 429]


def test_all_together_have_one_count_and_the_refused_do_not_use_it_up(serve: Serve) -> None:
    client = serve(limiter=a_limiter(session="1/minute", everyone="2/minute"))
    assert [ask(client, token).status_code for token in ("one", "one", "one", "two")] == [200, 429, 429, 200]
    assert ask(client, "three").status_code == 429


def test_a_program_with_a_key_has_a_count_of_its_own(serve: Serve) -> None:
    limiter = a_limiter(KEYS, address="1/minute", session="1/minute", api_key="2/minute")
    client = serve(limiter=limiter, keys=KEYS)
    assert [ask(client, KEYS.keys[0]).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_checks_are_not_counted(serve: Serve, path: str) -> None:
    client = serve(limiter=a_limiter(address="1/minute", everyone="1/minute"))
    assert [client.get(path).status_code for _ in range(3)] == [200] * 3


def from_address(peer: str, *trusted: str) -> TestClient:
    app = an_app(ScriptedBot(), limiter=a_limiter(address="1/minute"), trusted_proxies=trusted)
    return TestClient(app, client=(peer, 50_000))


def test_behind_a_trusted_proxy_each_client_has_its_own_count() -> None:
    client = from_address("10.0.0.7", "10.0.0.0/24")
    addresses = ("203.0.113.1", "203.0.113.1", "203.0.113.2")
    codes = [ask(client, **{"X-Forwarded-For": address}).status_code for address in addresses]
    assert codes == [200, 429, 200]


def test_what_a_client_writes_before_the_proxys_own_entry_changes_nothing() -> None:
    client = from_address("10.0.0.7", "10.0.0.7")
    said = ("203.0.113.1", "198.51.100.9, 203.0.113.1", "10.0.0.7, 203.0.113.1")
    assert [ask(client, **{"X-Forwarded-For": forwarded}).status_code for forwarded in said] == [200, 429, 429]


def test_nobody_else_is_believed_who_says_it_is_a_proxy() -> None:
    client = from_address("203.0.113.5")
    assert [ask(client, **{"X-Forwarded-For": f"192.0.2.{row}"}).status_code for row in (1, 2)] == [200, 429]


def test_a_network_of_ipv6_is_one_caller() -> None:
    client = from_address("10.0.0.7", "10.0.0.7")
    addresses = ("2001:db8::1", "2001:db8::ffff", "2001:db8:1::1")
    assert [ask(client, **{"X-Forwarded-For": address}).status_code for address in addresses] == [200, 429, 200]


async def test_addresses_and_tokens_are_counted_under_hashes_that_change_every_day() -> None:
    days = [date(2026, 1, 1)]
    rates = Rates(FREELY, "1/minute", FREELY, FREELY)
    limiter = Limiter("memory://", rates, b"secret", ApiKeys((), False), today=lambda: days[-1])
    assert await limiter.count("a-token", "203.0.113.1") == 0
    counted = str(vars(limiter._window.storage))
    assert "203.0.113.1" not in counted
    assert "a-token" not in counted
    assert await limiter.count("a-token", "203.0.113.1") > 0
    days.append(date(2026, 1, 2))
    assert await limiter.count("a-token", "203.0.113.1") == 0


@pytest.fixture
def redis(tmp_path: object) -> Iterator[str]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    port = find_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert any("Ready to accept connections" in line for line in process.stdout)
    yield f"redis://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)
    process.stdout.close()


def test_replicas_that_share_redis_share_the_count(redis: str) -> None:
    with (
        TestClient(an_app(ScriptedBot(), limiter=a_limiter(url=redis, address="2/minute"))) as one,
        TestClient(an_app(ScriptedBot(), limiter=a_limiter(url=redis, address="2/minute"))) as other,
    ):
        assert [ask(client).status_code for client in (one, other, one, other)] == [200, 200, 429, 429]


def test_with_redis_the_replicas_need_a_secret_in_common() -> None:
    with pytest.raises(SettingsError, match="ISLETBOT_LIMITS_SECRET is not"):
        make_middleware_settings(load_settings(limits_url="redis://127.0.0.1"), EMERGENCY, "127.0.0.1")


def test_without_the_store_of_the_counts_nobody_gets_in_and_everybody_reads_the_emergency_line(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}"
    response = ask(serve(limiter=a_limiter(url=url)))
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)
