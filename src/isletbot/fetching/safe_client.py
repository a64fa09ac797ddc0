"""Fetches a document from an address that somebody gave, whatever the server at the other end does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection
from dataclasses import dataclass

import httpx

from isletbot.errors import FetchError
from isletbot.fetching.document import FetchedDocument, Unchanged
from isletbot.fetching.hop import Connector, HopReply
from isletbot.fetching.media_types import DOCUMENTS, HTML, find_media_type, split_content_type
from isletbot.fetching.name_lookup import LookUp, look_up_addresses
from isletbot.fetching.page_head import PageHead, read_language, read_page_head
from isletbot.fetching.politeness import AGENT, MOST_RULES, Politeness
from isletbot.fetching.public_addresses import CheckedUrl, check_url
from isletbot.fetching.refusals import describe_refusal

_HEADERS = {
    "User-Agent": f"{AGENT}/0.1 (adds documents to a corpus when a person asks)",
    "Accept": "text/html,application/pdf,text/markdown,text/plain,*/*;q=0.5",
    "Accept-Encoding": "gzip",
    "Accept-Language": "en",
}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    seconds: float = 30.0
    """For the whole fetch: look-ups, robots.txt, redirects and the body."""
    size: int = 50_000_000
    redirects: int = 5
    pause: float = 1.0
    """Seconds between two requests to one host."""


USUAL_LIMITS = FetchLimits()


@dataclass(frozen=True, slots=True)
class Marks:
    """What an earlier fetch was given to ask with whether the document has changed."""

    etag: str = ""
    last_modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}


NO_MARKS = Marks()


class SafeClient:
    def __init__(
        self,
        allowed: Collection[str] = (),
        limits: FetchLimits = USUAL_LIMITS,
        look_up: LookUp = look_up_addresses,
        tls: ssl.SSLContext | None = None,
        politeness: Politeness | None = None,
    ) -> None:
        """`allowed` holds `host:port` of servers that may be at any address and port."""
        self._allowed = frozenset(allowed)
        self._limits = limits
        self._connector = Connector(look_up, tls or httpx.create_ssl_context(trust_env=False), limits.seconds)
        self._politeness = politeness or Politeness(limits.pause)

    def fetch(
        self,
        url: str,
        marks: Marks = NO_MARKS,
        wanted: Collection[str] = DOCUMENTS,
        *,
        robots: bool = True,
    ) -> FetchedDocument | Unchanged:
        """Fetches a document of one of the types wanted. `robots` is off for what a server offers to programs. Raises
        FetchError."""
        return asyncio.run(self._fetch(url, marks, wanted, robots))

    async def _fetch(
        self, url: str, marks: Marks, wanted: Collection[str], robots: bool
    ) -> FetchedDocument | Unchanged:
        try:
            async with asyncio.timeout(self._limits.seconds):
                reply = await self._follow(url, marks, self._limits.size, robots)
        except TimeoutError as error:
            raise FetchError(
                "slow", f"{url[:200]!r} was not there after {self._limits.seconds:g} seconds.", "Try again later."
            ) from error
        if reply.status == httpx.codes.NOT_MODIFIED and marks.headers:
            return Unchanged(reply.url)
        if reply.status != httpx.codes.OK:
            raise describe_refusal(reply)
        return _read_document(reply, wanted)

    async def _follow(self, url: str, marks: Marks, most: int, robots: bool) -> HopReply:
        """Follows redirects, each checked like the first address."""
        target, seen = check_url(url, self._allowed), set[str]()
        for _ in range(self._limits.redirects + 1):
            if str(target.url) in seen:
                raise FetchError("redirects", f"{url[:200]!r} redirects in a circle.", "Give the final address.")
            seen.add(str(target.url))
            if robots:
                await self._politeness.check_robots(
                    target, lambda path: self._follow(path, NO_MARKS, MOST_RULES, False)
                )
            await self._politeness.wait_turn(target.host)
            reply = await self._connector.send(target, {**_HEADERS, **marks.headers}, most)
            if not httpx.codes.is_redirect(reply.status) or "location" not in reply.headers:
                return reply
            target = self._check_next(target, reply.headers["location"])
        raise FetchError(
            "redirects", f"{url[:200]!r} redirects more than {self._limits.redirects} times.", "Give the final address."
        )

    async def _ask_for_rules(self, url: str) -> HopReply:
        return await self._follow(url, NO_MARKS, MOST_RULES, robots=False)

    def _check_next(self, target: CheckedUrl, location: str) -> CheckedUrl:
        try:
            following = str(target.url.join(location))
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchError(
                "address", f"{target.host!r} redirects to {location[:200]!r}, which is no address.", "Try another."
            ) from error
        checked = check_url(following, self._allowed)
        if target.url.scheme == "https" and checked.url.scheme != "https":
            raise FetchError(
                "redirects", f"{target.host!r} redirects from https to {following[:200]!r}.", "Give that address."
            )
        return checked


def _read_document(reply: HopReply, wanted: Collection[str]) -> FetchedDocument:
    declared, charset = split_content_type(reply.headers.get("content-type", ""))
    media_type = find_media_type(reply.data, declared, httpx.URL(reply.url).path, wanted)
    head = read_page_head(reply.data, charset) if media_type == HTML else PageHead("", "")
    return FetchedDocument(
        data=reply.data,
        media_type=media_type,
        url=reply.url,
        etag=reply.headers.get("etag", "")[:500],
        last_modified=reply.headers.get("last-modified", "")[:100],
        charset=charset,
        title=head.title,
        language=head.language or read_language(reply.headers.get("content-language", "")),
    )
