"""This module talks to a Chroma server and names what goes wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote, urlsplit

import httpx
from chromadb.api import AdminAPI
from chromadb.api.client import Client
from chromadb.config import Settings
from chromadb.errors import NotFoundError

from isletbot.errors import IndexAway, IsletbotError

SERVING_SECONDS = 5.0
"""The longest wait for a reply while serving: the slowest query of a graph of 200,000 vectors takes a tenth of it."""
BUILDING_SECONDS = 1_800.0
"""The longest wait for a reply while building: the first query makes the graph of everything that was added."""
_CONNECT_SECONDS = 1.0
_START = "Start it (chroma run --path FOLDER), or set ISLETBOT_CHROMA_URL right."
_TOKEN = "Set ISLETBOT_CHROMA_TOKEN to one that it takes."
_PLACE = "Set ISLETBOT_CHROMA_TENANT and ISLETBOT_CHROMA_DATABASE to a place that exists there."


@dataclass(frozen=True, slots=True)
class ServerAddress:
    url: str
    tenant: str
    database: str
    token: str = field(repr=False)
    """Empty when it asks for none."""


class ChromaServer:
    """One client of the server, opened on first use and shared by threads. It reconnects by itself."""

    def __init__(self, address: ServerAddress, wait_seconds: float = SERVING_SECONDS) -> None:
        self.address = address
        self._timeout = httpx.Timeout(wait_seconds, connect=min(_CONNECT_SECONDS, wait_seconds))
        self._client: Client | None = None
        self._lock = Lock()

    @contextmanager
    def call(self) -> Iterator[Client]:
        """Raises IndexAway for whatever fails inside, except what is not found."""
        try:
            with self._lock:
                if self._client is None:
                    self.check()
                    self._client = self._open()
            yield self._client
        except (NotFoundError, IsletbotError):
            raise
        except Exception as error:  # a reply that is no success is a plain Exception with the text of the reply
            reason = str(error).splitlines()[0][:200] if str(error) else ""
            raise self._away(f"does not answer ({type(error).__name__}: {reason})") from error

    def check(self) -> None:
        """Asks for a sign of life, without a client. Raises IndexAway."""
        reply = self._get("heartbeat")
        if not reply.is_success or "heartbeat" not in reply.text:
            raise self._away(f"answers as no Chroma server of version 1 does (HTTP {reply.status_code})")

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                _session_of(self._client).close()
                self._client.close()
                self._client = None

    def _open(self) -> Client:
        url, place = urlsplit(self.address.url), self.address
        path = f"tenants/{quote(place.tenant, safe='')}/databases/{quote(place.database, safe='')}"
        if self._get(path).status_code == httpx.codes.NOT_FOUND:  # Chroma's client would leave its connections open
            raise self._away(f"has no database {place.database!r} of tenant {place.tenant!r}", _PLACE)
        settings = Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=url.hostname,
            chroma_server_http_port=url.port or (443 if url.scheme == "https" else 80),
            chroma_server_ssl_enabled=url.scheme == "https",
            chroma_server_headers=self._headers(),
            anonymized_telemetry=False,
        )
        client = Client(tenant=place.tenant, database=place.database, settings=settings)
        _session_of(client._admin_client).close()  # it was needed to look for the database
        _session_of(client).timeout = self._timeout
        return client

    def _get(self, path: str) -> httpx.Response:
        try:
            reply = httpx.get(f"{self.address.url}/api/v2/{path}", headers=self._headers(), timeout=self._timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._away(f"does not answer ({type(error).__name__})") from error
        if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise self._away(f"refuses the token (HTTP {reply.status_code})", _TOKEN)
        return reply

    def _headers(self) -> dict[str, str]:
        """Both headers that a proxy, or Chroma's own cloud, may ask for."""
        token = self.address.token
        return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}

    def _away(self, what: str, remedy: str = _START) -> IndexAway:
        return IndexAway(f"The Chroma server at {self.address.url} {what}.", remedy)


def _session_of(client: Client | AdminAPI) -> httpx.Client:
    """Its connections: Chroma's client waits for ever and leaves them open, and has no setting for either."""
    session: httpx.Client = client._server._session  # type: ignore[union-attr]
    return session
