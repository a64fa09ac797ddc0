"""Lets pages of listed origins call the public API, matched to the letter and without credentials."""

from __future__ import annotations

import logging
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.server.http_errors import error_response

_log = logging.getLogger(__name__)
_METHODS = ("GET", "POST", "DELETE")
_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key")
_READABLE = ("Retry-After", "X-Request-Id")
_REMEMBERED_SECONDS = 600


class CrossOrigin(CORSMiddleware):
    """Applies to `/v1/` only; a file that every page may load sets its own header."""

    def __init__(self, app: ASGIApp, origins: Collection[str], emergency: str) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=_METHODS,
            allow_headers=_HEADERS,
            expose_headers=_READABLE,
            max_age=_REMEMBERED_SECONDS,
        )
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        if self.is_allowed_origin(request_headers["origin"]):
            return super().preflight_response(request_headers)
        _log.warning("a page was refused: origin %.100r is on no list", request_headers["origin"])
        message = "Pages of this origin may not call this API."
        remedy = "Whoever runs it can put the origin on its list."
        reply = error_response(403, "origin_not_allowed", message, remedy, self._emergency)
        reply.headers["Vary"] = "Origin"
        return reply
