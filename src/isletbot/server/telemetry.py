"""Writes one log line for each request, and counts requests and answers."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.ports import Listener
from isletbot.server.concurrency import AnsweringBot
from isletbot.server.metrics import Metrics
from isletbot.server.request_context import begin_request, current_request
from isletbot.types import Answer, Question

_log = logging.getLogger(__name__)
_METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")


class MeteredBot:
    """Wraps a bot and counts its answers."""

    def __init__(self, bot: AnsweringBot, metrics: Metrics) -> None:
        self._bot = bot
        self._metrics = metrics

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer:
        answer = self._bot.ask(question, listener=listener)
        current_request().record_answer(answer)
        self._metrics.count_answer(answer)
        return answer


class RequestLog:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        context = begin_request(scope["path"])
        began, status = perf_counter(), 500

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = context.id
            await send(message)

        try:
            with self._metrics.in_flight.track_inprogress():
                await self.app(scope, receive, send_noting)
        finally:
            seconds = perf_counter() - began
            route = name_route(scope)
            self._metrics.count_request(route, status, seconds, context)
            facts = {"method": name_method(scope), "route": route, "status": status, "code": context.code}
            facts |= {"kind": context.kind, "composer": context.composer, "rule": context.rule}
            facts |= {"milliseconds": round(seconds * 1000, 2), "request_id": context.id}
            _log.info("request", extra={name: value for name, value in facts.items() if value != ""})


def name_route(scope: Scope) -> str:
    """Returns the route's pattern, because a path or query may hold what somebody typed."""
    return str(getattr(scope.get("route"), "path", "none"))


def name_method(scope: Scope) -> str:
    return str(scope["method"]) if scope["method"] in _METHODS else "other"
