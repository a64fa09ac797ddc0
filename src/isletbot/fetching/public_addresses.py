"""Tells the addresses of the public internet from all others, however they are written. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from isletbot.errors import FetchError

DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))
"""6to4 and Teredo: an IPv4 address hides in them, and a router of this machine may unpack it."""
_PROTOCOL_USE = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv6Network("64:ff9b:1::/48"))
"""Networks that protocols keep for themselves, which older Pythons take for public."""
_LONGEST_URL = 2_000
_ANOTHER = "Give the address of a public page or file."


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """An address whose form may be fetched; where its name leads is still to be checked."""

    url: httpx.URL
    host: str
    port: int
    allowed: bool
    """Whether a setting names this host and port, so that it may lead to a private address."""

    @property
    def site(self) -> str:
        return f"{self.url.scheme}://{self.host}:{self.port}"


def check_url(text: str, allowed: Collection[str]) -> CheckedUrl:
    """`allowed` holds `host:port`. Raises FetchError."""
    shown = text[:200]
    url = _parse_url(text)
    if url.scheme not in DEFAULT_PORTS:
        raise FetchError("address", f"{shown!r} is no http or https address.", _ANOTHER)
    if url.userinfo:
        raise FetchError("address", f"The address of {url.host!r} carries a user name or password.", _ANOTHER)
    host = url.raw_host.decode("ascii").lower().strip("[]").rstrip(".")
    if not host:
        raise FetchError("address", f"{shown!r} names no host.", _ANOTHER)
    port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
    named = f"{host}:{port}" in allowed
    if not named and port not in DEFAULT_PORTS.values():
        raise FetchError(
            "address", f"{shown!r} has port {port}: only 80 and 443 are fetched from.", _name_setting(host, port)
        )
    return CheckedUrl(url.copy_with(fragment=None), host, port, named)


def check_addresses(target: CheckedUrl, addresses: Collection[str]) -> None:
    """Refuses a name when any of its addresses is not public. Raises FetchError."""
    if target.allowed:
        return
    for address in addresses:
        if fault := find_fault(address):
            raise FetchError(
                "address",
                f"{target.host!r} leads to {address}, which is {fault}.",
                f"{_ANOTHER} {_name_setting(target.host, target.port)}",
            )


def find_fault(address: str) -> str:
    """Returns why an IP address is not public; empty for one that is."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (inner := _unwrap_ipv4(ip)):
        fault = find_fault(str(inner))
        return fault and f"{fault} ({inner} written as IPv6)"
    if isinstance(ip, IPv6Address) and any(ip in tunnel for tunnel in _TUNNELS):
        return "the end of a tunnel"
    faults = {
        "unspecified": ip.is_unspecified,
        "this machine itself": ip.is_loopback,
        "link-local": ip.is_link_local,
        "multicast": ip.is_multicast,
        "private": ip.is_private or (isinstance(ip, IPv6Address) and ip.is_site_local),
        "reserved": ip.is_reserved or any(ip in network for network in _PROTOCOL_USE),
        "not public": not ip.is_global,
    }
    return next((fault for fault, found in faults.items() if found), "")


def _unwrap_ipv4(ip: IPv6Address) -> IPv4Address | None:
    """Returns the IPv4 address that a mapped address or one of a NAT64 gateway stands for."""
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    return IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else None


def _parse_url(text: str) -> httpx.URL:
    if len(text) > _LONGEST_URL:
        raise FetchError("address", f"The address has {len(text)} characters: at most {_LONGEST_URL}.", _ANOTHER)
    try:
        return httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError("address", f"{text[:200]!r} is no address ({error}).", _ANOTHER) from error


def _name_setting(host: str, port: int) -> str:
    return f"A server of your own: ISLETBOT_FETCH_ALLOW={host}:{port}"
