"""A Chroma server of its own on a free port of this machine, and a gate in front of it that asks for a token."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx

from tests.free_ports import find_port

START_SECONDS = 60


def find_program() -> str | None:
    """Chroma's command, installed beside this Python with chromadb; None where it is not."""
    beside = Path(sys.executable).with_name("chroma")
    return str(beside) if beside.is_file() else shutil.which("chroma")


class RunningChroma:
    """`chroma run`, which can be killed and started again on the same port and data."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        self._port = find_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        command = [self._program, "run", "--path", str(self._folder / "data"), "--port", str(self._port)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--host", "127.0.0.1"], cwd=self._folder, stdout=log, stderr=log
            )
        begun = time.monotonic()
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() - begun > START_SECONDS:
                self.kill()
                raise RuntimeError(f"chroma run did not start: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def make_database(self, name: str) -> None:
        made = httpx.post(f"{self.url}/api/v2/tenants/default_tenant/databases", json={"name": name}, timeout=30)
        made.raise_for_status()


@contextmanager
def running_chroma() -> Iterator[RunningChroma]:
    """Fails under CI where the command is missing; elsewhere the caller asks `find_program` first."""
    program = find_program()
    assert program is not None, "There is no `chroma` beside this Python. Run: make install"
    folder = Path(tempfile.mkdtemp(prefix="isletbot-chroma-"))
    running = RunningChroma(program, folder)
    try:
        yield running
    finally:
        running.kill()
        shutil.rmtree(folder, ignore_errors=True)


def skips_here() -> str | None:
    """Why a test of the server is skipped; None where it runs, or must fail."""
    missing = find_program() is None and not os.environ.get("CI")
    return "there is no `chroma` beside this Python (make install)" if missing else None


@contextmanager
def guarded(url: str, token: str) -> Iterator[str]:
    """A proxy that lets in who sends the token."""

    class Gate(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != f"Bearer {token}":
                self.reply(401, b"no")
                return
            sent = httpx.request(
                self.command, url + self.path, content=body, headers={"Content-Type": "application/json"}, timeout=60
            )
            self.reply(sent.status_code, sent.content)

        def reply(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    gate = ThreadingHTTPServer(("127.0.0.1", 0), Gate)
    gate.daemon_threads = True
    thread = Thread(target=gate.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{gate.server_address[1]}"
    finally:
        gate.shutdown()
        gate.server_close()
        thread.join()
