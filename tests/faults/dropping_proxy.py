"""A proxy between a server and what it needs, that can lose everything on its way, as a broken network does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class DroppingProxy:
    """While it drops, connections are taken and nobody answers. When the network is back, those that were open are
    reset, as by a gateway that has forgotten them."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listening.getsockname()[1]
        self._dropping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def dropping(self) -> Iterator[None]:
        self._dropping.set()
        try:
            yield
        finally:
            self._dropping.clear()
            self._reset()

    def close(self) -> None:
        self._listening.close()
        self._reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                self._hold(near)
                if self._dropping.is_set():
                    threading.Thread(target=self._carry, args=(near, None), daemon=True).start()
                    continue
                far = socket.create_connection(("127.0.0.1", self._target))
                self._hold(far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket | None) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                if sink and not self._dropping.is_set():
                    sink.sendall(piece)
        if not self._dropping.is_set():
            for one in (source, sink):
                if one:
                    _end(one)

    def _hold(self, one: socket.socket) -> None:
        with self._lock:
            self._open.add(one)

    def _reset(self) -> None:
        with self._lock:
            for one in self._open:
                _end(one)
            self._open.clear()


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def dropping_proxy(port: int) -> Iterator[DroppingProxy]:
    proxy = DroppingProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
