"""Builds the FastAPI app and includes every router. Wiring chooses the bot, the index and the limits. A new route needs
its router here and its description in `openapi.py`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from isletbot.errors import InputError
from isletbot.server.asked_corpora import AskedCorpora, ServedCorpora, ServedCorpus, choose_by_query
from isletbot.server.background import BackgroundJob, run_jobs
from isletbot.server.chat_api import make_chat_router
from isletbot.server.dependencies import ServerContext
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.http_errors import error_response, handle_errors
from isletbot.server.middleware import MiddlewareSettings, add_middleware
from isletbot.server.openai_api import make_openai_router
from isletbot.server.openapi import ALIVE_ROUTE, READY_ROUTE, SOURCE_ROUTE, SOURCES_ROUTE
from isletbot.server.sessions_api import make_feedback_router, make_handoff_router, make_session_router
from isletbot.server.wire import HealthCheck, source_to_json
from isletbot.types import Source

_log = logging.getLogger(__name__)
_CHECKS_WAIT_SECONDS = 1.8
_CHECKS_HOLD_SECONDS = 10
"""A check opens the index, which takes time; more frequent callers get the last result."""
_PROBES_HOLD_SECONDS = 2
"""Probes write and connect, and no limit stands before `/readyz`: whoever asks without end starts no more of them."""
_FAILED_HOLD_SECONDS = 1
"""A failure is looked at again sooner: the server is ready within seconds once what it needs is back."""


Checks = Callable[[], Sequence[HealthCheck]]


@dataclass(frozen=True, slots=True)
class Site:
    """Limits and texts of the app that do not depend on the bot."""

    max_body_bytes: int
    emergency_line: str
    """One sentence that every error ends with."""
    probes: Checks = lambda: ()
    """What may break while the server runs; quick, looked at every few seconds while somebody asks `/readyz`."""


def create_app(
    context: ServerContext,
    site: Site,
    sources: Callable[[], Sequence[Source]],
    checks: Callable[[], Sequence[HealthCheck]],
    guard: MiddlewareSettings,
    pages: APIRouter | None = None,
    more: Sequence[BackgroundJob] = (),
) -> FastAPI:
    """`sources` lists the approved sources; `checks` tell whether questions can be answered now; `pages` are for
    people; `more` runs in the background."""
    jobs = run_jobs(context, more)
    corpora = AskedCorpora(ServedCorpus(context, guard.origins, sources))

    def find_handler(name: str) -> EmergencyHandler | None:
        named = corpora.get(name)
        return named.context.emergency_handler if named else None

    app = FastAPI(title="isletbot", docs_url=None, redoc_url=None, openapi_url=None, lifespan=jobs)
    add_middleware(app, guard, context.emergency_handler, site.max_body_bytes, find_handler)
    handle_errors(app, site.emergency_line)
    app.include_router(make_chat_router(corpora, site.max_body_bytes, site.emergency_line))
    app.include_router(make_session_router(corpora))
    app.include_router(make_feedback_router(corpora))
    app.include_router(make_handoff_router(corpora))
    app.include_router(make_openai_router(corpora, guard.keys, site.max_body_bytes))
    app.include_router(make_health_router(checks, site.emergency_line, site.probes))
    app.include_router(make_source_router(corpora))
    if pages is not None:
        app.include_router(pages)
    app.state.corpora = corpora
    return app


def make_health_router(
    checks: Checks, emergency: str, probes: Checks = lambda: (), wait_seconds: float = _CHECKS_WAIT_SECONDS
) -> APIRouter:
    """`checks` are slow, and their last result stands while they run; `probes` are quick, and late is not ready."""
    router = APIRouter()
    held = HeldChecks(checks, _CHECKS_HOLD_SECONDS)
    late = HealthCheck("checks in time", False, f"No result within {wait_seconds:g} seconds.", "Try again.")
    probed = HeldChecks(probes, _PROBES_HOLD_SECONDS, late)

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", openapi_extra=ALIVE_ROUTE)
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True})

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", openapi_extra=READY_ROUTE)
    async def readyz() -> JSONResponse:
        # The details name folders of this machine: they are for `isletbot doctor`, not for the public.
        opened, running = await asyncio.gather(held.look(wait_seconds), probed.look(wait_seconds))
        found = (*opened, *running)
        if failed := [check for check in found if not check.ok]:
            names = ", ".join(dict.fromkeys(check.name for check in failed))
            remedy = "Run `isletbot doctor` where it is installed."
            return error_response(503, "not_ready", f"Not ready: {names}.", remedy, emergency)
        return JSONResponse({"ready": True, "checks": list(dict.fromkeys(check.name for check in found))})

    return router


class HeldChecks:
    """Checks again when the last result is old. Whoever does not want to wait that long gets `late` where it is given,
    else the last result; before the first, nothing that was opened at the start counts as broken."""

    def __init__(self, checks: Checks, seconds: float, late: HealthCheck | None = None) -> None:
        self._checks, self._seconds, self._late = checks, seconds, late
        self._latest: Sequence[HealthCheck] = ()
        self._checked_at = float("-inf")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="checks")
        self._running: Future[None] | None = None

    async def look(self, wait_seconds: float) -> Sequence[HealthCheck]:
        if self._is_old() and (self._running is None or self._running.done()):
            self._running = self._thread.submit(self._check)
        if self._running:
            done, _ = await asyncio.wait({asyncio.wrap_future(self._running)}, timeout=wait_seconds)
            if self._late and not done:
                return (self._late,)
            for one in done:
                one.result()  # what raised is a defect, and not ready
        return self._latest

    def _is_old(self) -> bool:
        failed = any(not check.ok for check in self._latest)
        held = min(self._seconds, _FAILED_HOLD_SECONDS) if failed else self._seconds
        return time.monotonic() - self._checked_at > held

    def _check(self) -> None:
        failed = {check.name for check in self._latest if not check.ok}
        self._latest, self._checked_at = self._checks(), time.monotonic()
        for check in self._latest:
            if not check.ok and check.name not in failed:  # the reason, which `/readyz` keeps to itself
                _log.error("not ready: %s: %s", check.name, check.detail)


def make_source_router(corpora: ServedCorpora) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/sources", openapi_extra=SOURCES_ROUTE)
    async def list_sources(request: Request) -> JSONResponse:
        sources = choose_by_query(corpora, request).sources()
        return JSONResponse({"sources": [source_to_json(source) for source in sources]})

    @router.get("/v1/sources/{source_id}", openapi_extra=SOURCE_ROUTE)
    async def show_source(source_id: str, request: Request) -> Response:
        chosen = choose_by_query(corpora, request)
        for source in chosen.sources():
            if source.id == source_id:
                return JSONResponse(source_to_json(source))
        raise InputError(
            f"There is no approved source {source_id[:80]!r}.",
            code="no_such_source",
            remedy=f"GET /v1/sources{f'?corpus={chosen.name}' if chosen.name else ''} lists them.",
        )

    return router
