"""Limits how often one caller and all callers together may ask. Counts in memory, or in Redis for several replicas."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.request_headers import read_headers
from isletbot.server.api_keys import ApiKeys
from isletbot.server.http_errors import error_response

_log = logging.getLogger(__name__)
_LIMITED = ("/v1/", "/mcp")
MEMORY = "memory://"
_WAIT_SECONDS = 1.0
"""What a request waits for Redis."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates, each written as `20/minute`."""

    session: str
    address: str
    api_key: str
    everyone: str


class Limiter:
    """Counts callers under keyed hashes that change every day, so that the store names nobody."""

    def __init__(
        self, url: str, rates: Rates, secret: bytes, keys: ApiKeys, today: Callable[[], date] = date.today
    ) -> None:
        self._window = SlidingWindowCounterRateLimiter(_open_storage(url))
        self._session, self._address = parse(rates.session), parse(rates.address)
        self._api_key, self._everyone = parse(rates.api_key), parse(rates.everyone)
        self._secret = secret
        self._keys = keys
        self._today = today

    async def count(self, bearer: str, address: str) -> int:
        """Returns the seconds until the caller may ask again, 0 when it may ask now. Raises StorageError."""
        for limit, who in self._name_limits(bearer, address):
            if not await self._window.hit(limit, who):
                stats = await self._window.get_window_stats(limit, who)
                return max(math.ceil(stats.reset_time - time.time()), 1)
        return 0

    def _name_limits(self, bearer: str, address: str) -> tuple[tuple[RateLimitItem, str], ...]:
        """The address comes first, so that made-up tokens of a refused address are not counted. The limit for everyone
        comes last, so that refused callers do not use it up."""
        everyone = (self._everyone, "everyone")
        if self._keys.holds(bearer):
            return (self._api_key, self._hash("key", bearer)), everyone
        own = (self._address, self._hash("address", _widen(address)))
        return (own, (self._session, self._hash("session", bearer)), everyone) if bearer else (own, everyone)

    def _hash(self, what: str, value: str) -> str:
        words = f"{what} {self._today().isoformat()} {value}".encode("utf-8", "surrogateescape")
        return hmac.new(self._secret, words, hashlib.sha256).hexdigest()[:32]


def _open_storage(url: str) -> Storage:
    if url == MEMORY:
        return MemoryStorage()
    # Wrapped, to be known as such. Without a limit of time a request would wait for a lost network as long as it lasts.
    return RedisStorage(
        f"async+{url}",
        wrap_exceptions=True,
        implementation="redispy",
        socket_connect_timeout=_WAIT_SECONDS,
        socket_timeout=_WAIT_SECONDS,
    )


def _widen(address: str) -> str:
    """Returns the /64 network of an IPv6 address: a household has one IPv4 address or 2^64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


class RateLimits:
    """Middleware that counts API requests; health checks, pages and preflights are not counted."""

    def __init__(self, app: ASGIApp, limiter: Limiter, emergency: str) -> None:
        self.app = app
        self._limiter = limiter
        self._emergency = emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "OPTIONS" or not scope["path"].startswith(_LIMITED):
            await self.app(scope, receive, send)
            return
        headers = read_headers(scope)
        try:
            seconds = await self._limiter.count(headers.bearer, headers.client_address)
        except StorageError as error:
            # Without a count the line would stand open to anybody; so it is closed until there is one.
            _log.error("the store of the rate limits failed: %s", type(error.__cause__).__name__)
            reply = error_response(
                503, "not_ready", "Questions cannot be answered now.", "Try again later.", self._emergency
            )
            await reply(scope, receive, send)
            return
        if seconds:
            remedy = f"Wait {seconds} second{'s' if seconds > 1 else ''}."
            reply = error_response(429, "rate_limited", "Too many requests.", remedy, self._emergency, seconds)
            await reply(scope, receive, send)
            return
        await self.app(scope, receive, send)
