"""A server on this machine that answers each path as a test wants it, broken ways among them."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE = (
    b"<!doctype html><html lang='en-GB'><head><title>A leaflet &amp; more</title></head><body><p>Six.</p></body></html>"
)


class Visit:
    """One request, and the means to answer it in any way."""

    def __init__(self, handler: BaseHTTPRequestHandler, left: threading.Event) -> None:
        self._handler = handler
        self.path = handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.over = left
        """Set when the test is over."""

    def answer(self, body: bytes = PAGE, status: int = 200, kind: str = "text/html", **headers: str) -> None:
        self.begin(status, **{"Content-Type": kind, "Content-Length": str(len(body)), **_name(headers)})
        self.send(body)

    def redirect(self, location: str, status: int = 302) -> None:
        self.begin(status, Location=location, **{"Content-Length": "0"})

    def begin(self, status: int = 200, **headers: str) -> None:
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.send_header("Connection", "close")
        self._handler.end_headers()
        self._handler.wfile.flush()

    def send(self, piece: bytes) -> bool:
        """Returns False when whoever asked has gone."""
        try:
            self._handler.wfile.write(piece)
            self._handler.wfile.flush()
        except OSError:
            return False
        return True


Answer = Callable[[Visit], None]


class PlayedServer:
    def __init__(self, port: int, scheme: str) -> None:
        self.port, self.scheme = port, scheme
        self.visits: list[Visit] = []
        self.answers: dict[str, Answer] = {}
        """By path; any other path is not found."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def allowed(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [visit.path for visit in self.visits]


@contextmanager
def play_server(
    answers: Mapping[str, Answer] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[PlayedServer]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            visit = Visit(self, over)
            server.visits.append(visit)
            self.close_connection = True
            answer = server.answers.get(self.path.partition("?")[0])
            if answer:
                answer(visit)
            else:
                visit.answer(b"not here", 404, "text/plain")

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    class Listening(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever asked may leave at any time."""

        def get_request(self) -> tuple[socket.socket, Any]:
            taken, address = super().get_request()
            return (tls.wrap_socket(taken, server_side=True), address) if tls else (taken, address)

    with Listening(("127.0.0.1", 0), Handler) as listening:
        server = PlayedServer(listening.server_address[1], "https" if tls else "http")
        server.answers.update(answers or {})
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            over.set()
            listening.shutdown()
            thread.join()


def _name(headers: Mapping[str, str]) -> dict[str, str]:
    """Keyword to header: `retry_after` is Retry-After."""
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
