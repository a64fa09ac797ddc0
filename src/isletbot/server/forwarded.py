"""Lets the server run below a path prefix and behind a proxy, as the setting and a trusted proxy's headers say."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.request_headers import read_headers

_LINK = re.compile(rb'(\s(?:href|src|action|formaction|data-check)=")(?=/(?!/))')
"""A link of our own pages. A quotation mark in somebody's words is escaped, so that it begins no attribute."""


class Forwarded:
    """Takes the prefix off the path that arrives and puts it before every path that leaves: redirects, links of pages.

    Redirects leave as paths, so that a browser keeps the scheme and host it came by. Comes before everything that looks
    at a path, and leaves `X-Forwarded-Proto` and `X-Forwarded-For` to uvicorn's own middleware.
    """

    def __init__(self, app: ASGIApp, trusted: Collection[str], prefix: str) -> None:
        self.app = app
        self._trusted = [ip_network(item) for item in trusted]
        self._prefix = prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = dict(scope)
        own = self._prefix or str(scope.get("root_path", "")).rstrip("/")
        prefix = _read_forwarded(scope, own) if self._is_trusted(scope) else own
        if prefix and f"{scope['path']}/".startswith(f"{prefix}/"):
            scope["path"] = scope["path"].removeprefix(prefix) or "/"
        scope |= {"root_path": "", "app_root_path": prefix}
        await self.app(scope, receive, _Outgoing(send, prefix, read_headers(scope).host))

    def _is_trusted(self, scope: Scope) -> bool:
        try:
            client = ip_address(read_headers(scope).client_address)
        except ValueError:
            return False
        return any(client in network for network in self._trusted)


def _read_forwarded(scope: Scope, own: str) -> str:
    """Returns the prefix that the proxy names, else `own`; sets the host that it names."""
    headers = read_headers(scope)
    if headers.forwarded_host:
        MutableHeaders(scope=scope)["host"] = headers.forwarded_host
    return headers.forwarded_prefix or own


class _Outgoing:
    """Sends a response on. A page is held back until it is whole, since its length changes."""

    def __init__(self, send: Send, prefix: str, host: str) -> None:
        self._send = send
        self._prefix = prefix
        self._host = host
        self._start: Message | None = None
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if location := headers.get("location"):
                headers["location"] = self._relocate(location)
            if self._prefix and headers.get("content-type", "").startswith("text/html"):
                self._start = message
                return
        elif self._start and message["type"] == "http.response.body":
            self._page += message.get("body", b"")
            if message.get("more_body"):
                return
            message = {"type": "http.response.body", "body": self._link(self._page)}
            MutableHeaders(scope=self._start)["content-length"] = str(len(message["body"]))
            await self._send(self._start)
        await self._send(message)

    def _relocate(self, location: str) -> str:
        parts = urlsplit(location)
        if parts.netloc not in ("", self._host) or not parts.path.startswith("/"):
            return location
        return f"{self._prefix}{parts._replace(scheme='', netloc='').geturl()}"

    def _link(self, page: bytes) -> bytes:
        prefix = self._prefix.encode()
        return _LINK.sub(lambda found: found[1] + prefix, page)
