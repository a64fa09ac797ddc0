"""Installs the middleware between the network and the routes, in the order a request passes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from isletbot.server.api_keys import ApiKeys
from isletbot.server.concurrency import RequestPool
from isletbot.server.cors import CrossOrigin
from isletbot.server.emergency_gate import EmergencyGate, FindHandler
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.forwarded import Forwarded
from isletbot.server.http_errors import CatchUnhandled, EmergencyWords
from isletbot.server.metrics import Metrics
from isletbot.server.rate_limits import Limiter, RateLimits
from isletbot.server.request_limits import HeadLimit, TimeLimits
from isletbot.server.security_headers import SecurityHeaders
from isletbot.server.telemetry import RequestLog
from isletbot.server.tracing import Spans

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer


@dataclass(frozen=True, slots=True)
class MiddlewareSettings:
    """Limits, keys and origins that the middleware enforces; wiring fills it."""

    limiter: Limiter
    keys: ApiKeys
    queue: RequestPool
    metrics: Metrics
    origins: Collection[str]
    trusted_proxies: Collection[str]
    max_header_bytes: int
    body_seconds: float
    request_seconds: float
    emergency: str
    emergency_lines: Mapping[str, str] = field(default_factory=dict)
    """The emergency line in other languages, by subtag."""
    root_path: str = ""
    """Path prefix that the server runs below."""
    tracer: Tracer | None = None


def add_middleware(
    app: Starlette,
    guard: MiddlewareSettings,
    emergency_handler: EmergencyHandler | None = None,
    max_body_bytes: int = 262_144,
    find_handler: FindHandler = lambda _: None,
) -> None:
    """`emergency_handler` answers emergencies, or that of the corpus which a request names.

    CORS comes before every check, so that pages of other origins can read a refusal; then emergencies, before every
    limit; then cheap checks first."""
    gate = (
        [Middleware(EmergencyGate, emergency_handler, max_body_bytes, guard.body_seconds, find_handler)]
        if emergency_handler
        else []
    )
    app.user_middleware[:0] = [
        Middleware(Forwarded, trusted=guard.trusted_proxies, prefix=guard.root_path),
        Middleware(RequestLog, metrics=guard.metrics),
        Middleware(EmergencyWords, lines=guard.emergency_lines),
        *([Middleware(Spans, tracer=guard.tracer)] if guard.tracer else []),
        Middleware(SecurityHeaders),
        Middleware(ProxyHeadersMiddleware, trusted_hosts=list(guard.trusted_proxies)),
        Middleware(CrossOrigin, origins=guard.origins, emergency=guard.emergency),
        Middleware(CatchUnhandled, emergency=guard.emergency),
        *gate,
        Middleware(HeadLimit, max_bytes=guard.max_header_bytes, emergency=guard.emergency),
        Middleware(RateLimits, limiter=guard.limiter, emergency=guard.emergency),
        Middleware(TimeLimits, guard.body_seconds, guard.request_seconds, guard.emergency),
    ]
    guard.metrics.watch_queue(lambda: guard.queue.waiting)
    app.state.metrics = guard.metrics
