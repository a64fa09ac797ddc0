"""One request to one server: the name is looked up once, and the connection goes to exactly the address checked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx

from isletbot.errors import FetchError
from isletbot.fetching.bounded_body import read_body
from isletbot.fetching.name_lookup import LookUp, look_up_in_thread
from isletbot.fetching.public_addresses import CheckedUrl, check_addresses

_CONNECT_SECONDS = 10.0
_LATER = "Try again later, or look at the address in a browser."


@dataclass(frozen=True, slots=True)
class HopReply:
    """What one server answered; the body of a redirect is left unread."""

    url: str
    status: int
    headers: httpx.Headers
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Connector:
    look_up: LookUp
    tls: ssl.SSLContext
    seconds: float

    async def send(self, target: CheckedUrl, headers: Mapping[str, str], most: int) -> HopReply:
        """Tries the addresses in turn. Raises FetchError."""
        addresses = await self._find_addresses(target)
        failure: httpx.HTTPError | None = None
        for address in addresses:
            try:
                return await self._send_to(address, target, headers, most)
            except httpx.ConnectError as error:
                failure = error
            except httpx.HTTPError as error:
                raise _describe_failure(target, error) from error
        raise _describe_failure(target, failure)

    async def _find_addresses(self, target: CheckedUrl) -> Sequence[str]:
        try:
            addresses = await look_up_in_thread(self.look_up, target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise _make_unknown(target, str(error)) from error
        if not addresses:
            raise _make_unknown(target, "it has no address")
        check_addresses(target, addresses)
        return addresses

    async def _send_to(self, address: str, target: CheckedUrl, headers: Mapping[str, str], most: int) -> HopReply:
        timeout = httpx.Timeout(self.seconds, connect=min(self.seconds, _CONNECT_SECONDS))
        # The name stays that of the host for the server and for its certificate.
        request = httpx.Request(
            "GET",
            target.url.copy_with(host=address.partition("%")[0]),
            headers={"Host": target.url.netloc.decode("ascii"), **headers},
            extensions={"timeout": timeout.as_dict(), "sni_hostname": target.host},
        )
        # A transport, since a client follows, keeps cookies, and lets a proxy look the name up anew.
        async with httpx.AsyncHTTPTransport(verify=self.tls, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            try:
                unread = response.is_redirect or response.status_code == httpx.codes.NOT_MODIFIED
                data = b"" if unread else await read_body(response, most)
            finally:
                await response.aclose()
            return HopReply(str(target.url), response.status_code, response.headers, data)


def _make_unknown(target: CheckedUrl, why: str) -> FetchError:
    return FetchError("unreachable", f"The host {target.host!r} is not found ({why}).", "Mind its spelling.")


def _describe_failure(target: CheckedUrl, error: httpx.HTTPError | None) -> FetchError:
    if isinstance(error, httpx.TimeoutException):
        return FetchError("slow", f"{target.host!r} does not answer in time.", _LATER)
    if isinstance(error, httpx.ConnectError):
        return FetchError("unreachable", f"{target.host!r} cannot be connected to ({str(error)[:200]}).", _LATER)
    return FetchError("broken", f"{target.host!r} breaks its reply off ({str(error)[:200]}).", _LATER)
