"""Reads the headers of a request. Routes, middleware, console and widget ask for a header here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

from isletbot.languages import choose_language

FORWARDED_PREFIX = "x-forwarded-prefix"
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")
_MOST_AGENT_CHARS = 200


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """Of a header that is sent twice, the first one counts. What a caller did not send is an empty text."""

    sent: Headers
    scheme: str = ""
    client_address: str = ""
    """The caller's address; behind trusted proxies the one that they name, once uvicorn's middleware has run."""

    @property
    def bearer(self) -> str:
        """The token of `Authorization: Bearer …`."""
        scheme, _, token = self._get("authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def accept(self) -> tuple[str, ...]:
        """Every Accept header, as they are one list."""
        return tuple(self.sent.getlist("accept"))

    @property
    def accepts_gzip(self) -> bool:
        return "gzip" in self._get("accept-encoding")

    @property
    def language(self) -> str:
        """The language that Accept-Language prefers to English, by its subtag; empty for English."""
        return choose_language(self._get("accept-language"))

    @property
    def content_type(self) -> str:
        """As it was sent, with its parameters."""
        return self._get("content-type")

    @property
    def media_type(self) -> str:
        """The content type without parameters, in small letters."""
        return self.content_type.split(";")[0].strip().lower()

    @property
    def idempotency_key(self) -> str | None:
        """None where no key was sent, as an empty key is refused."""
        return self.sent.get("idempotency-key")

    @property
    def if_none_match(self) -> str:
        return self._get("if-none-match")

    @property
    def user_agent(self) -> str:
        return self._get("user-agent")[:_MOST_AGENT_CHARS]

    @property
    def origin(self) -> str:
        """The origin of the page that asks; empty where no page does."""
        return self._get("origin")

    @property
    def host(self) -> str:
        return self._get("host")

    @property
    def own_origin(self) -> str:
        """The origin of this server's own pages, by the address that the caller used."""
        return f"{self.scheme}://{self.host}"

    @property
    def preflight_method(self) -> str:
        """The method that a preflight asks for."""
        return self._get("access-control-request-method")

    @property
    def preflight_headers(self) -> tuple[str, ...]:
        """The names that a preflight asks for, as they were sent."""
        return tuple(name.strip() for name in self._get("access-control-request-headers").split(","))

    @property
    def forwarded_host(self) -> str:
        """Beware: anybody can send it. Only that of a trusted proxy counts."""
        host = self._first_hop("x-forwarded-host")
        return host if _HOST.fullmatch(host) else ""

    @property
    def forwarded_prefix(self) -> str:
        """The path prefix, without a slash at its end. Beware: only that of a trusted proxy counts."""
        prefix = self._first_hop(FORWARDED_PREFIX).rstrip("/")
        return prefix if _PREFIX.fullmatch(prefix) else ""

    def _first_hop(self, name: str) -> str:
        return self._get(name).partition(",")[0].strip()

    def _get(self, name: str) -> str:
        return self.sent.get(name, "")


def read_headers(scope: Mapping[str, Any]) -> RequestHeaders:
    """`scope` is the ASGI scope of a request."""
    client = scope.get("client")
    return RequestHeaders(Headers(raw=list(scope["headers"])), scope.get("scheme", "http"), client[0] if client else "")
