"""Lets pages of listed origins call the public API, matched to the letter and without credentials."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.request_headers import RequestHeaders
from isletbot.server.http_errors import error_response

_log = logging.getLogger(__name__)
_METHODS = ("GET", "POST", "DELETE")
_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key")
_READABLE = ("Retry-After", "X-Request-Id")
_REMEMBERED_SECONDS = 600
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
"""A header's name, as HTTP writes it."""


class CrossOrigin(CORSMiddleware):
    """Applies to `/v1/` only; a file that every page may load sets its own header.

    Any header may be sent: clients add their own (`x-stainless-…`, `traceparent`), and no credential is ever taken from
    a header that a browser adds by itself.
    """

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
        sent = RequestHeaders(request_headers)
        if not self.is_allowed_origin(sent.origin):
            _log.warning("a page was refused: origin %.100r is on no list", sent.origin)
            message = "Pages of this origin may not call this API."
            remedy = "Whoever runs it can put the origin on its list."
            return self._refuse(403, "origin_not_allowed", message, remedy)
        if sent.preflight_method not in _METHODS:
            remedy = f"Use {', '.join(_METHODS[:-1])} or {_METHODS[-1]}."
            return self._refuse(405, "method_not_allowed", "This method is not offered here.", remedy)
        # A wildcard does not stand for `Authorization`, and older browsers know none: each is named besides.
        named = {name.lower(): name for name in (*filter(_NAME.fullmatch, sent.preflight_headers), *_HEADERS, "*")}
        headers = {**self.preflight_headers, "Access-Control-Allow-Headers": ", ".join(named.values())}
        headers["Access-Control-Allow-Origin"] = sent.origin
        return PlainTextResponse("OK", headers=headers)

    def _refuse(self, status: int, code: str, message: str, remedy: str) -> Response:
        reply = error_response(status, code, message, remedy, self._emergency)
        reply.headers["Vary"] = "Origin"
        return reply
