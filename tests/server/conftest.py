from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from isletbot.curation.journal import Journal
from isletbot.ports import Asks, Listener
from isletbot.server.api_keys import ApiKeys
from isletbot.server.app import Site, create_app
from isletbot.server.concurrency import RequestPool, make_async
from isletbot.server.dependencies import ServerContext
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.metrics import Metrics
from isletbot.server.middleware import MiddlewareSettings
from isletbot.server.rate_limits import MEMORY, Limiter, Rates
from isletbot.server.telemetry import MeteredBot
from isletbot.server.wire import HealthCheck
from isletbot.types import Answer, Question
from tests.scripted import NEJM, ScriptedBot
from tests.server.contexts import CONTEXT_OPTIONS, a_context

EMERGENCY = "If this is an emergency, call 911."
SITE = Site(max_body_bytes=10_000, emergency_line=EMERGENCY)
READY = (HealthCheck("index", True, "/somewhere/index", ""),)

FREELY = "1000000/second"
OPEN = ApiKeys((), open_without=True)
ORIGIN = "https://clinic.example"

Serve = Callable[..., TestClient]
Find = Callable[[Question], Answer | None]


def a_limiter(keys: ApiKeys = OPEN, url: str = MEMORY, **rates: str) -> Limiter:
    """Every caller may come as often as it likes, except where a rate is given."""
    freely = dict.fromkeys(("session", "address", "api_key", "everyone"), FREELY)
    return Limiter(url, Rates(**{**freely, **rates}), b"secret", keys)


def middleware_settings(**changes: object) -> MiddlewareSettings:
    given = {
        "limiter": a_limiter(),
        "keys": OPEN,
        "queue": RequestPool(at_once=4, waiting=100),
        "metrics": Metrics(),
        "origins": (ORIGIN,),
        "trusted_proxies": (),
        "max_header_bytes": 8_000,
        "body_seconds": 10,
        "request_seconds": 30,
        "emergency": EMERGENCY,
        **changes,
    }
    return MiddlewareSettings(**given)  # type: ignore[arg-type]


class Numbered:
    """The bot, with an id of its own for each answer, as the line gives it."""

    def __init__(self, bot: Asks) -> None:
        self._bot = bot
        self._given = count(1)

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        answer, number = self._bot.ask(question, listener=listener), next(self._given)
        return replace(answer, id=f"{answer.id}-{number}") if number > 1 else answer


def an_app(bot: Asks, checks: Callable[[], Sequence[HealthCheck]] = lambda: READY, **changes: object) -> FastAPI:
    """`changes` are the context's or the protection's; with `find` and `journal` it has an emergency handler.
    `sources` lists other ones than the paper."""
    find, journal = changes.pop("find", None), changes.pop("journal", None)
    sources = changes.pop("sources", lambda: (NEJM,))
    ours = {name: changes.pop(name) for name in CONTEXT_OPTIONS if name in changes}
    guard = middleware_settings(**changes)
    ask = make_async(MeteredBot(Numbered(bot), guard.metrics), guard.queue)
    context = a_context(ask, **ours)
    if find:
        context = replace(context, emergency_handler=an_emergency_handler(find, journal, context, guard))  # type: ignore[arg-type]
    app = create_app(context, SITE, sources=sources, checks=checks, guard=guard)  # type: ignore[arg-type]
    app.state.emergency_handler = context.emergency_handler
    return app


def an_emergency_handler(
    find: Find, journal: Journal, context: ServerContext, guard: MiddlewareSettings
) -> EmergencyHandler:
    return EmergencyHandler(find, journal, context.records, context.chat, guard.metrics)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Makes a client of an app with a scripted bot."""
    opened: list[TestClient] = []

    def open_client(
        *answers: Answer | Exception, bot: Asks | None = None, checks: Sequence[HealthCheck] = READY, **changes: object
    ) -> TestClient:
        scripted = bot or (ScriptedBot(answers) if answers else ScriptedBot())
        client = TestClient(an_app(scripted, lambda: checks, **changes), raise_server_exceptions=False)
        opened.append(client)
        return client

    yield open_client
    for client in opened:
        client.close()
