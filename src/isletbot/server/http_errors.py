"""Turns every failure of a request into one JSON form that ends with the emergency line."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.errors import InputError, IsletbotError, Unavailable
from isletbot.request_headers import read_headers
from isletbot.server.request_context import current_request
from isletbot.server.security_headers import HEADERS

_log = logging.getLogger(__name__)

_STATUS = {
    "malformed_json": 400,
    "not_utf8": 400,
    "api_key_missing": 401,
    "api_key_unknown": 401,
    "session_missing": 401,
    "session_unknown": 401,
    "session_expired": 401,
    "widget_unknown": 403,
    "origin_not_allowed": 403,
    "handoff_not_offered": 403,
    "no_such_answer": 404,
    "no_such_source": 404,
    "no_such_corpus": 404,
    "model_not_found": 404,
    "body_too_slow": 408,
    "idempotency_mismatch": 409,
    "idempotency_in_progress": 409,
    "body_too_large": 413,
    "unsupported_media_type": 415,
}
"""Status of an InputError by its code; every other code gets 422."""

_ABOUT_THE_QUESTION = frozenset(
    "bad_message bad_role no_question question_empty question_too_long history_too_long not_unicode".split()
)
_RETRY_SECONDS = 10
_COME_AGAIN = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)


class EmergencyWords:
    """Chooses the language that errors say the emergency line in, by Accept-Language."""

    def __init__(self, app: ASGIApp, lines: Mapping[str, str]) -> None:
        self.app = app
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            current_request().emergency = self._lines.get(read_headers(scope).language, "")
        await self.app(scope, receive, send)


class CatchUnhandled:
    """Turns any other exception into a 500. Runs inside CORS, so that every page may read the reply."""

    def __init__(self, app: ASGIApp, emergency: str) -> None:
        self.app = app
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception:
            _log.exception("defect")
            if begun or scope["type"] != "http":
                raise
            reply = error_response(500, "internal", "Something went wrong here.", "Try again later.", self._emergency)
            await reply(scope, receive, send)


def error_response(
    status: int, code: str, message: str, remedy: str, emergency: str, retry_after: int = _RETRY_SECONDS
) -> JSONResponse:
    """Builds an error in the contract's form. The remedy ends with the emergency line, so that a page that shows one
    shows both, before it in the language that the request prefers."""
    context = current_request()
    lines = [remedy, context.emergency if emergency else "", emergency]
    error: dict[str, str | None] = {"code": code, "message": message, "remedy": " ".join(filter(None, lines))}
    context.code = code
    if context.dialect == "openai":  # its clients show the message alone, and want to know the type
        status = 400 if status == HTTPStatus.UNPROCESSABLE_ENTITY else status  # their protocol has no 422
        param = context.param or (context.asked_in if code in _ABOUT_THE_QUESTION else "")
        error |= {"message": f"{message} {error['remedy']}", "type": _name_type(status), "param": param or None}
    headers = dict(HEADERS)
    if status in _COME_AGAIN or code == "idempotency_in_progress":
        headers["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": error}, status, headers)


def _name_type(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limit_error"
    return "invalid_request_error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"


def handle_errors(app: FastAPI, emergency: str) -> None:
    """Registers a handler for every exception that a route may raise."""

    async def on_input(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, InputError)
        current_request().param = error.param
        return error_response(_STATUS.get(error.code, 422), error.code, error.message, error.remedy, emergency)

    async def on_ours(_: Request, error: Exception) -> JSONResponse:
        _log.error("%s: %s", type(error).__name__, error)
        return error_response(503, "not_ready", "Questions cannot be answered now.", "Try again later.", emergency)

    async def on_unavailable(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Unavailable)
        return error_response(503, error.code, error.message, error.remedy, emergency)

    async def on_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        phrase = HTTPStatus(error.status_code).phrase
        remedy = "Questions go to POST /v1/chat." if error.status_code in (404, 405) else "Try again later."
        response = error_response(error.status_code, phrase.lower().replace(" ", "_"), f"{phrase}.", remedy, emergency)
        response.headers.update(error.headers or {})
        return response

    async def on_gone(_: Request, __: Exception) -> JSONResponse:
        return error_response(400, "incomplete_body", "The body ended early.", "Send it again.", emergency)

    app.add_exception_handler(InputError, on_input)
    app.add_exception_handler(Unavailable, on_unavailable)
    app.add_exception_handler(IsletbotError, on_ours)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(ClientDisconnect, on_gone)
