"""A real HTTP server that speaks the protocols of chat models and plays whatever part a test gives it."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PASSAGE = re.compile(r"^PASSAGE (k\w+)[^\n]*\n(.*?)\nEND \1$", re.MULTILINE | re.DOTALL)


class Stage:
    """One request, as a part plays it."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: dict[str, Any], number: int) -> None:
        self._handler = handler
        self.asked = asked
        self.number = number
        """Of the request, from 1."""
        self.path = handler.path
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.left = threading.Event()
        """Whoever asked has closed the connection."""
        self._open = False

    @property
    def user(self) -> str:
        return str(self.asked["messages"][-1]["content"])

    @property
    def passages(self) -> dict[str, str]:
        """Text to key, as the prompt shows them."""
        return {text: key for key, text in _PASSAGE.findall(self.user)}

    def refuse(self, status: int, body: str = '{"error": {"message": "no"}}') -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", "application/json")
        self._handler.send_header("Content-Length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body.encode())

    def open(self, kind: str = "text/event-stream") -> None:
        if not self._open:
            self._open = True
            self._handler.send_response(200)
            self._handler.send_header("Content-Type", kind)
            self._handler.send_header("Connection", "close")
            self._handler.end_headers()
            self._handler.wfile.flush()

    def send(self, raw: str) -> None:
        """Bytes as they are."""
        self.open()
        try:
            self._handler.wfile.write(raw.encode())
            self._handler.wfile.flush()
        except OSError:
            self.left.set()

    def say(self, text: str, finish: str | None = None) -> None:
        """One chunk of OpenAI's stream."""
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": [choice]}
        self.send(f"data: {json.dumps(chunk)}\n\n")

    def end(self) -> None:
        self.say("", finish="stop")
        self.send("data: [DONE]\n\n")

    def drop(self) -> None:
        """Reset, not closed in order."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._handler.connection.close()

    def wait_until_left(self) -> None:
        """Says nothing more until whoever asked goes away."""
        try:
            while self._handler.connection.recv(1024):
                pass
        except OSError:
            pass
        self.left.set()


Part = Callable[[Stage], None]


class ModelServer:
    def __init__(self, url: str) -> None:
        self.url = url
        self.stages: list[Stage] = []


@contextmanager
def play(part: Part) -> Iterator[ModelServer]:
    """A server on this machine whose every request is played by `part`, in a thread of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stage = Stage(self, json.loads(body), len(server.stages) + 1)
            server.stages.append(stage)
            self.close_connection = True
            part(stage)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    class Listening(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever asked may leave at any time."""

    with Listening(("127.0.0.1", 0), Handler) as listening:
        server = ModelServer(f"http://127.0.0.1:{listening.server_address[1]}")
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
