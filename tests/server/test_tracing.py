"""Traces leave this machine only when somebody asked for them, and never with words."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from fastapi.testclient import TestClient
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith.utils import get_env_var

from isletbot.answering.graph import Bot
from isletbot.errors import SettingsError
from isletbot.server.tracing import make_tracer
from isletbot.settings import load_settings
from isletbot.types import Trace
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import an_app

CANARY = "zyzzogeton"


class Collector(HTTPServer):
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiving)
        self.received: list[bytes] = []
        self.arrived = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Receiving(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.received.append(self.path.encode() + b" " + body)
        self.server.arrived.set()
        self.send_response(200)
        self.end_headers()

    do_GET = do_PATCH = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Not in a test's output."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def test_without_opentelemetrys_variables_there_is_no_tracer() -> None:
    assert make_tracer() is None


def test_with_them_and_without_its_packages_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"isletbot\[otel\]"):
        make_tracer()


def test_with_them_each_request_is_a_span_with_figures_and_without_words(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    tracer = make_tracer()
    assert tracer is not None
    app = an_app(ScriptedBot([an_answer(trace=Trace(CANARY, milliseconds={"verify": 1.5}))]), tracer=tracer)
    body = {"messages": [{"role": "user", "content": CANARY}]}
    TestClient(app).post("/v1/chat", json=body, params={"q": CANARY}, headers={"X-Own": CANARY})
    tracer.span_processor.shutdown()  # type: ignore[attr-defined]
    sent = b"".join(collector.received)
    assert b"POST /v1/chat" in sent
    assert b"isletbot.kind" in sent
    assert b"isletbot.verify_milliseconds" in sent
    assert CANARY.encode() not in sent


@pytest.fixture
def langsmith(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """LangChain's variables as somebody may have set them for another program, with the address of the collector."""
    for name, value in {"ENDPOINT": collector.url, "API_KEY": "a-key"}.items():
        monkeypatch.setenv(f"LANGSMITH_{name}", value)
        monkeypatch.setenv(f"LANGCHAIN_{name}", value)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")
    get_env_var.cache_clear()
    yield collector
    get_env_var.cache_clear()


@pytest.mark.weights
def test_langsmiths_variables_alone_send_it_nothing_and_the_setting_does(bot: Bot, langsmith: Collector) -> None:
    bot.ask(f"How many people could stop insulin, {CANARY}?")
    wait_for_all_tracers()
    assert langsmith.received == []
    Bot(replace(bot.line, traced=True)).ask(f"How many people could stop insulin, {CANARY}?")
    wait_for_all_tracers()
    assert langsmith.arrived.wait(10)


def test_the_setting_is_off_by_default() -> None:
    assert load_settings().tracing is False
