from collections.abc import Callable, Iterator, Sequence

import pytest
from fastapi.testclient import TestClient

from isletbot.answering.question import Limits
from isletbot.server.app import Site, create_app
from isletbot.server.wire import Check
from isletbot.types import Answer
from tests.scripted import NEJM, ScriptedBot

EMERGENCY = "If this is an emergency, call 911."
SITE = Site(Limits(200, 4), max_body_bytes=10_000, emergency_line=EMERGENCY, emergency_numbers="911 or 112")
READY = (Check("index", True, "/somewhere/index", ""),)

Serve = Callable[..., TestClient]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes a client of an app with a scripted bot."""
    opened: list[TestClient] = []

    def open_client(
        *answers: Answer | Exception, bot: ScriptedBot | None = None, checks: Sequence[Check] = READY
    ) -> TestClient:
        scripted = bot or (ScriptedBot(answers) if answers else ScriptedBot())
        app = create_app(scripted, SITE, sources=lambda: (NEJM,), checks=lambda: checks)
        client = TestClient(app, raise_server_exceptions=False)
        opened.append(client)
        return client

    yield open_client
    for client in opened:
        client.close()
