"""Checks the API keys of programs that use the OpenAI-compatible routes or MCP."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.errors import InputError
from isletbot.request_headers import read_headers
from isletbot.server.http_errors import error_response


@dataclass(frozen=True, slots=True)
class ApiKeys:
    keys: tuple[str, ...]
    open_without: bool
    """Whether callers need no key while none is set: only for a server that no other machine reaches."""

    def holds(self, key: str) -> bool:
        given = key.encode("utf-8", "surrogateescape")
        # Each is compared, so that the time it takes tells nothing.
        return sum(hmac.compare_digest(given, held.encode()) for held in self.keys) > 0

    def check(self, key: str) -> None:
        """`key` is what the caller sent, empty for none. Raises InputError for one that is not valid."""
        if not self.keys and self.open_without:
            return
        if not key:
            raise InputError(
                "This door needs an API key.", code="api_key_missing", remedy="Send Authorization: Bearer <key>."
            )
        if not self.holds(key):
            raise InputError(
                "This API key is not known.", code="api_key_unknown", remedy="Ask whoever runs this server for one."
            )


class RequireApiKey:
    """Middleware that checks the key for an app that checks none itself."""

    def __init__(self, app: ASGIApp, keys: ApiKeys, emergency: str) -> None:
        self.app = app
        self._keys = keys
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self._keys.check(read_headers(scope).bearer)
            except InputError as error:
                reply = error_response(401, error.code, error.message, error.remedy, self._emergency)
                await reply(scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
