from threading import Event
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from isletbot.server.app import make_health_router
from isletbot.server.wire import HealthCheck
from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, READY, Serve, an_app


def test_it_is_alive(serve: Serve) -> None:
    assert serve().get("/healthz").json() == {"alive": True}
    assert serve().head("/healthz").status_code == 200


def test_it_is_ready_when_every_check_holds(serve: Serve) -> None:
    response = serve().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": ["index"]}


def test_it_is_not_ready_when_one_check_fails_and_keeps_folders_to_itself(serve: Serve) -> None:
    checks = (
        HealthCheck("index", True, "ok", ""),
        HealthCheck("weights", False, "/home/somebody/weights is gone", "Run x."),
    )
    response = serve(checks=checks).get("/readyz")
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert response.json()["error"]["message"] == "Not ready: weights."
    assert "somebody" not in response.text


def test_the_approved_sources_are_listed_with_their_cards(serve: Serve) -> None:
    cards = serve().get("/v1/sources").json()["sources"]
    assert [card["id"] for card in cards] == ["nejm-2025"]
    assert serve().get("/v1/sources/nejm-2025").json() == cards[0]
    assert cards[0]["review_due"] == "2027-06-20"


@pytest.mark.parametrize("source_id", ["none", "..%2f..%2fetc", "%00", "x" * 500, "<script>"])
def test_an_unknown_source_is_a_404_with_a_remedy(serve: Serve, source_id: str) -> None:
    response = serve().get(f"/v1/sources/{source_id}")
    assert response.status_code == 404
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)


@pytest.mark.parametrize(
    ("accepted", "line"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", f"Si es una emergencia, llame al 911. {EMERGENCY}"),
        ("en,es;q=0.8", EMERGENCY),
        ("fi", EMERGENCY),
        ("", EMERGENCY),
    ],
)
def test_an_error_says_whom_to_call_in_the_language_that_is_asked_for_and_in_english(
    serve: Serve, accepted: str, line: str
) -> None:
    client = serve(emergency_lines={"es": "Si es una emergencia, llame al 911."})
    response = client.get("/v1/sources/none", headers={"Accept-Language": accepted})
    before, _, after = response.json()["error"]["remedy"].partition(". ")
    assert before
    assert after == line


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/nothing"])
def test_there_are_no_other_pages(serve: Serve, path: str) -> None:
    response = serve().get(path)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/healthz", "/v1/sources", "/nothing"])
def test_every_response_carries_the_security_headers(serve: Serve, path: str) -> None:
    headers = serve().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


def test_asking_often_whether_it_is_ready_does_not_open_the_index_each_time() -> None:
    calls = []

    def check() -> tuple[HealthCheck, ...]:
        calls.append(1)
        return READY

    client = TestClient(an_app(ScriptedBot(), check))
    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len(calls) == 1


def test_what_failed_is_looked_at_again_within_two_seconds_and_what_held_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, found = [100.0], [HealthCheck("records", False, "away", "")]
    monkeypatch.setattr("isletbot.server.app.time", SimpleNamespace(monotonic=lambda: now[0]))
    app = FastAPI()
    app.include_router(make_health_router(lambda: tuple(found), EMERGENCY))
    client = TestClient(app)
    assert client.get("/readyz").status_code == 503
    found[:] = [HealthCheck("records", True, "", "")]
    assert client.get("/readyz").status_code == 503
    now[0] += 2
    assert client.get("/readyz").status_code == 200
    found[:] = [HealthCheck("records", False, "away", "")]
    now[0] += 2
    assert client.get("/readyz").status_code == 200


def test_what_breaks_while_it_runs_is_named_once_within_seconds_and_its_reason_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now, state = [100.0], [HealthCheck("records", True, "", "")]
    monkeypatch.setattr("isletbot.server.app.time", SimpleNamespace(monotonic=lambda: now[0]))
    app = FastAPI()
    app.include_router(make_health_router(lambda: READY, EMERGENCY, lambda: tuple(state)))
    client = TestClient(app)
    assert client.get("/readyz").status_code == 200
    state[:] = [HealthCheck("records", False, "locked", ""), HealthCheck("records", False, "locked", "")]
    for _ in range(3):
        now[0] += 3
        refused = client.get("/readyz")
        assert refused.json()["error"]["message"] == "Not ready: records."
        assert "locked" not in refused.text
    assert {record.message for record in caplog.records} == {"not ready: records: locked"}


def test_asking_without_end_whether_it_is_ready_writes_and_connects_no_more_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("isletbot.server.app.time", SimpleNamespace(monotonic=lambda: 100.0))
    calls = []

    def probe() -> tuple[HealthCheck, ...]:
        calls.append(1)
        return READY

    app = FastAPI()
    app.include_router(make_health_router(lambda: READY, EMERGENCY, probe))
    client = TestClient(app)
    assert [client.get("/readyz").status_code for _ in range(20)] == [200] * 20
    assert len(calls) == 1


def test_a_probe_with_a_defect_is_not_ready() -> None:
    def fail() -> tuple[HealthCheck, ...]:
        raise ZeroDivisionError

    app = FastAPI()
    app.include_router(make_health_router(lambda: READY, EMERGENCY, fail))
    assert TestClient(app, raise_server_exceptions=False).get("/readyz").status_code == 500


def test_a_probe_that_does_not_end_is_not_ready_and_a_slow_check_leaves_the_last_result() -> None:
    never = Event()

    def hang() -> tuple[HealthCheck, ...]:
        never.wait(20)
        return READY

    named = []
    for checks, probes in ((lambda: READY, hang), (hang, lambda: READY)):
        app = FastAPI()
        app.include_router(make_health_router(checks, EMERGENCY, probes, wait_seconds=0.1))
        named.append(TestClient(app).get("/readyz").json())
    never.set()
    assert named[0]["error"]["message"] == "Not ready: checks in time."
    assert named[1] == {"ready": True, "checks": ["index"]}
