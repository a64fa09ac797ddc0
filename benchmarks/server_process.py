"""Runs a real server on loopback for a benchmark, and reads which answers its records hold."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_LIMIT_S, STOP_LIMIT_S = 120, 60
UNLIMITED = {f"ISLETBOT_{name}_RATE": "1000000/second" for name in ("SESSION", "ADDRESS", "API_KEY", "TOTAL")}


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def run_server(records: Path, settings: Mapping[str, str] = UNLIMITED) -> Iterator[Server]:
    """Starts `isletbot serve` on a free port with records in that file, and stops it at the end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"ISLETBOT_RECORDS_URL": f"sqlite:///{records}", "ISLETBOT_LOG_LEVEL": "warning"}
    command = [sys.executable, "-m", "isletbot", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **settings, **own})
    try:
        server = Server(port, process.pid)
        _wait_until_ready(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx.get(f"{server.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"The server was not ready within {START_LIMIT_S} s. Its log above says why.")


def find_missing(records: Path, answered: set[str]) -> list[str]:
    """Ids that the store does not hold; read past our own code, from the file."""
    with closing(sqlite3.connect(records)) as store:
        held = {name for (name,) in store.execute("SELECT id FROM answers")}
    return sorted(answered - held)
