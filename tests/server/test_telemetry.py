"""What is written down of a request, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from prometheus_client import generate_latest

from isletbot.server.logs import configure_logs
from isletbot.types import Finding, Sentence, Trace, Triage
from tests.builders import a_reason
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import Serve, an_app

CANARY = "zyzzogeton"
TRACE = Trace(
    question=CANARY,
    triage=Triage("answer", "E1-unconscious", CANARY),
    findings=(
        Finding(Sentence(CANARY, ()), "unsupported", a_reason(CANARY)),
        Finding(Sentence(CANARY, ()), "unchecked", a_reason(CANARY)),
    ),
    milliseconds={"triage": 2.0, "retrieve": 40.0},
    failure=f"verify: {CANARY}",
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level."""
    root, names = logging.getLogger(), ("isletbot", "uvicorn")
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in names}
    stream = io.StringIO()
    configure_logs("debug", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def read_lines(logged: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in logged.getvalue().splitlines()]


def ask(client: TestClient, text: str = CANARY, **headers: str) -> None:
    body = {"messages": [{"role": "user", "content": text}]}
    client.post("/v1/chat", json=body, headers={"X-Own": CANARY, **headers}, params={"q": CANARY})


def test_a_request_is_one_line_with_its_figures(serve: Serve, logged: io.StringIO) -> None:
    ask(serve(an_answer(trace=TRACE)))
    (line,) = (line for line in read_lines(logged) if line["event"] == "request")
    assert line["method"] == "POST"
    assert line["route"] == "/v1/chat"
    assert line["status"] == 200
    assert (line["kind"], line["composer"], line["rule"]) == ("answered", "quotes", "E1-unconscious")
    assert isinstance(line["milliseconds"], float)
    assert line["level"] == "info"


def test_the_reply_names_the_line_it_left(serve: Serve, logged: io.StringIO) -> None:
    named = serve().get("/v1/sources/nothing").headers["x-request-id"]
    assert [line["request_id"] for line in read_lines(logged) if line["event"] == "request"] == [named]


def test_no_line_and_no_figure_holds_a_word_that_somebody_wrote(logged: io.StringIO) -> None:
    failing = [ZeroDivisionError(CANARY), UnicodeEncodeError("utf-8", CANARY, 0, 1, CANARY)]
    app = an_app(ScriptedBot([an_answer(trace=TRACE), *failing, an_answer()]))
    client = TestClient(app, raise_server_exceptions=False)
    for _ in range(4):
        ask(client, Authorization=f"Bearer {CANARY}", Origin=f"https://{CANARY}.example")
    client.get(f"/v1/sources/{CANARY}")
    client.get(f"/{CANARY}")
    client.request(CANARY.upper(), "/healthz")
    client.post("/v1/chat", json={CANARY: CANARY})
    client.post("/v1/chat", content=CANARY, headers={"Content-Type": CANARY})
    client.post("/v1/chat/completions", json={"model": CANARY})
    logging.getLogger("httpcore").error("sent %s", CANARY)
    logging.getLogger("somebody").warning(f"sent {CANARY}")
    written = logged.getvalue() + generate_latest(app.state.metrics.registry).decode()
    assert len(read_lines(logged)) >= 12
    assert CANARY not in written.lower()


def test_a_defect_is_logged_with_its_type_and_places(serve: Serve, logged: io.StringIO) -> None:
    ask(serve(ZeroDivisionError(CANARY)))
    (line,) = (line for line in read_lines(logged) if line["level"] == "error")
    assert line["error"] == "ZeroDivisionError"
    assert any("scripted.py" in str(place) for place in line["places"])  # type: ignore[attr-defined]


def test_the_figures_count_kinds_composers_drops_steps_and_refusals() -> None:
    app = an_app(ScriptedBot([an_answer(trace=TRACE), replace(an_answer("urgent"), trace=Trace())]))
    client = TestClient(app)
    ask(client)
    ask(client)
    client.post("/v1/chat", json={})
    figures = generate_latest(app.state.metrics.registry).decode()
    for line in (
        'isletbot_answers_total{composer="quotes",kind="answered"} 1.0',
        'isletbot_answers_total{composer="none",kind="urgent"} 1.0',
        'isletbot_sentences_total{outcome="unsupported"} 1.0',
        'isletbot_sentences_total{outcome="unchecked"} 1.0',
        'isletbot_step_seconds_sum{step="retrieve"} 0.04',
        'isletbot_step_failures_total{step="verify"} 1.0',
        'isletbot_refusals_total{code="bad_request"} 1.0',
        'isletbot_requests_total{route="/v1/chat",status="200"} 2.0',
        "isletbot_in_flight 0.0",
        "isletbot_waiting 0.0",
    ):
        assert line in figures


def test_two_apps_in_one_process_count_for_themselves(serve: Serve) -> None:
    one, other = an_app(ScriptedBot()), an_app(ScriptedBot())
    TestClient(one).get("/healthz")
    assert 'route="/healthz"' in generate_latest(one.state.metrics.registry).decode()
    assert 'route="/healthz"' not in generate_latest(other.state.metrics.registry).decode()


def test_the_figures_are_not_public(serve: Serve) -> None:
    assert serve().get("/metrics").status_code == 404
