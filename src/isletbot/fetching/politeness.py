"""Keeps the wishes of a server: what its robots.txt forbids, and a pause between two requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.robotparser import RobotFileParser

import httpx

from isletbot.errors import FetchError
from isletbot.fetching.hop import HopReply
from isletbot.fetching.public_addresses import CheckedUrl

AGENT = "isletbot"
MOST_RULES = 512_000
_BY_HAND = "Save the document in a browser and add the file, or ask its publisher."
Ask = Callable[[str], Awaitable[HopReply]]
"""Fetches an address by the same rules as any other. Raises FetchError."""


@dataclass(slots=True)
class Politeness:
    """Remembers each server for as long as one client lives."""

    pause: float
    clock: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _next: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, RobotFileParser] = field(default_factory=dict)

    async def wait_turn(self, host: str) -> None:
        """Waits until the last request to the host is `pause` seconds ago."""
        now = self.clock()
        turn = max(self._next.get(host, now), now)
        self._next[host] = turn + self.pause
        if turn > now:
            await self.sleep(turn - now)

    async def check_robots(self, target: CheckedUrl, ask: Ask) -> None:
        """Raises FetchError for an address that robots.txt forbids, or whose robots.txt the server cannot give."""
        if target.site not in self._rules:
            self._rules[target.site] = await _read_rules(target, ask)
        if not self._rules[target.site].can_fetch(AGENT, str(target.url)):
            path = target.url.path[:200]
            raise FetchError("robots", f"robots.txt of {target.host!r} forbids programs to fetch {path!r}.", _BY_HAND)


async def _read_rules(target: CheckedUrl, ask: Ask) -> RobotFileParser:
    """Reads as RFC 9309 says: a missing file allows everything, a server in trouble nothing."""
    rules = RobotFileParser()
    reply = await ask(f"{target.url.scheme}://{target.url.netloc.decode('ascii')}/robots.txt")
    if reply.status == httpx.codes.OK:
        rules.parse(reply.data.decode("utf-8", "replace").splitlines())
    elif httpx.codes.is_client_error(reply.status) and reply.status != httpx.codes.TOO_MANY_REQUESTS:
        rules.parse([])
    else:
        raise FetchError(
            "robots", f"{target.host!r} answers {reply.status} when asked for its robots.txt.", "Try again later."
        )
    return rules
