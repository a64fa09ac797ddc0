"""Builds the FastAPI app and its routes. Wiring chooses the bot, the index and the limits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, Response

from isletbot.errors import InputError
from isletbot.server.background import BackgroundJob, run_jobs
from isletbot.server.chat_api import make_chat_router
from isletbot.server.dependencies import ServerContext
from isletbot.server.http_errors import error_response, handle_errors
from isletbot.server.middleware import MiddlewareSettings, add_middleware
from isletbot.server.openai_api import make_openai_router
from isletbot.server.openapi import ALIVE_ROUTE, READY_ROUTE, SOURCE_ROUTE, SOURCES_ROUTE
from isletbot.server.sessions_api import make_feedback_router, make_handoff_router, make_session_router
from isletbot.server.wire import HealthCheck, source_to_json
from isletbot.types import Source

_CHECKS_HOLD_SECONDS = 10
"""A check opens the index, which takes time; more frequent callers get the last result."""


@dataclass(frozen=True, slots=True)
class Site:
    """Limits and texts of the app that do not depend on the bot."""

    max_body_bytes: int
    emergency_line: str
    """One sentence that every error ends with."""


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
    app = FastAPI(title="isletbot", docs_url=None, redoc_url=None, openapi_url=None, lifespan=jobs)
    add_middleware(app, guard, context.desk, site.max_body_bytes)
    handle_errors(app, site.emergency_line)
    app.include_router(make_chat_router(context, site.max_body_bytes, site.emergency_line))
    app.include_router(make_session_router(context))
    app.include_router(make_feedback_router(context))
    app.include_router(make_handoff_router(context))
    app.include_router(make_openai_router(context.chat.for_channel("openai"), guard.keys, site.max_body_bytes))
    app.include_router(make_health_router(checks, site.emergency_line))
    app.include_router(make_source_router(sources))
    if pages is not None:
        app.include_router(pages)
    return app


def make_health_router(checks: Callable[[], Sequence[HealthCheck]], emergency: str) -> APIRouter:
    router = APIRouter()
    latest: list[tuple[float, Sequence[HealthCheck]]] = []

    def check_at_most_now_and_then() -> Sequence[HealthCheck]:
        if not latest or time.monotonic() - latest[-1][0] > _CHECKS_HOLD_SECONDS:
            latest[:] = [(time.monotonic(), checks())]
        return latest[-1][1]

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", openapi_extra=ALIVE_ROUTE)
    async def healthz() -> JSONResponse:
        return JSONResponse({"alive": True})

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz", openapi_extra=READY_ROUTE)
    async def readyz() -> JSONResponse:
        # The details name folders of this machine: they are for `isletbot doctor`, not for the public.
        found = await to_thread.run_sync(check_at_most_now_and_then)
        if failed := [check for check in found if not check.ok]:
            names = ", ".join(check.name for check in failed)
            remedy = "Run `isletbot doctor` where it is installed."
            return error_response(503, "not_ready", f"Not ready: {names}.", remedy, emergency)
        return JSONResponse({"ready": True, "checks": [check.name for check in found]})

    return router


def make_source_router(sources: Callable[[], Sequence[Source]]) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/sources", openapi_extra=SOURCES_ROUTE)
    async def list_sources() -> JSONResponse:
        return JSONResponse({"sources": [source_to_json(source) for source in sources()]})

    @router.get("/v1/sources/{source_id}", openapi_extra=SOURCE_ROUTE)
    async def show_source(source_id: str) -> Response:
        for source in sources():
            if source.id == source_id:
                return JSONResponse(source_to_json(source))
        raise InputError(
            f"There is no approved source {source_id[:80]!r}.",
            code="no_such_source",
            remedy="GET /v1/sources lists them.",
        )

    return router
