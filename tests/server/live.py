"""A real server on loopback, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from isletbot.server.listening import configure_server


@contextmanager
def serve_live(app: ASGIApp) -> Iterator[str]:
    """Its URL, once it answers."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configure_server(app))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    try:
        # The socket listens already, so a client's first request waits for the server and no test has to.
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        running.join(10)
        listening.close()
