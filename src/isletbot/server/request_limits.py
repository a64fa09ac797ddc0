"""Limits the size of a request's head and the time of its body and of the whole request."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.errors import InputError
from isletbot.server.http_errors import error_response


class HeadLimit:
    """Counts headers and query together."""

    def __init__(self, app: ASGIApp, max_bytes: int, emergency: str) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _measure_head(scope) > self._max_bytes:
            message = f"The request's head is larger than {self._max_bytes:,} bytes."
            remedy = "Send fewer or shorter headers."
            reply = error_response(431, "headers_too_large", message, remedy, self._emergency)
            await reply(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _measure_head(scope: Scope) -> int:
    headers = sum(len(name) + len(value) for name, value in scope["headers"])
    return headers + len(scope["path"]) + len(scope["query_string"])


class TimeLimits:
    """Ends a body that trickles in, which would hold a connection, and a request that never ends, which would hold a
    place in the queue."""

    def __init__(self, app: ASGIApp, body_seconds: float, request_seconds: float, emergency: str) -> None:
        self.app = app
        self._body_seconds = body_seconds
        self._request_seconds = request_seconds
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        deadline = asyncio.timeout(self._request_seconds)
        try:
            async with deadline:
                await self.app(scope, self._limit_body(receive), send_noting)
        except TimeoutError:
            if not deadline.expired():
                raise
            if not begun:  # what has begun ends here; the missing end tells the client
                message = f"There was no answer within {self._request_seconds:g} seconds."
                reply = error_response(503, "timed_out", message, "Try again later.", self._emergency)
                await reply(scope, receive, send)

    def _limit_body(self, receive: Receive) -> Receive:
        ends = asyncio.get_running_loop().time() + self._body_seconds
        arriving = True

        async def receive_in_time() -> Message:
            nonlocal arriving
            if not arriving:  # what comes now is the disconnect, whenever that is
                return await receive()
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError as error:
                raise InputError(
                    f"The body did not arrive within {self._body_seconds:g} seconds.",
                    code="body_too_slow",
                    remedy="Send it again, over a better connection.",
                ) from error
            arriving = message.get("more_body", False)
            return message

        return receive_in_time
