"""A server in a process of its own, on data of its own, that a test breaks something of."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.cluster.dependencies import wait_for
from tests.free_ports import find_port

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 10
START_SECONDS = 120
CALM, URGENT = "How many people could stop insulin?", "I have severe chest pain"
URGENT_SECONDS = 5
"""A person waits a second at most on a machine of the server's own; these tests share theirs with others."""


class ServerProcess:
    def __init__(self, built: Path, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        for name in ("weights", "index"):
            (folder / name).symlink_to(built / name)
        self._port = find_port()
        self.url = f"http://127.0.0.1:{self._port}"
        rates = {f"ISLETBOT_{name}_RATE": "100000/second" for name in ("SESSION", "ADDRESS", "TOTAL")}
        own = {"PYTHONPATH": str(ROOT / "src"), "ISLETBOT_DATA_DIR": str(folder), "HF_HUB_OFFLINE": "1"}
        self._environment = {**os.environ, **own, **rates, **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    def start(self) -> float:
        """Returns the seconds until it was ready."""
        words = [sys.executable, "-m", "isletbot", "serve", "--port", str(self._port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(words, env=self._environment, cwd=self.folder, stdout=log, stderr=log)
        return wait_for(self._is_ready, "ready", START_SECONDS)

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the server ended: {self.log[-2_000:]}"
        return self.status("/readyz") == 200

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def status(self, path: str) -> int:
        try:
            return httpx.get(self.url + path, timeout=10).status_code
        except httpx.HTTPError:
            return 0

    def ask(self, text: str, **headers: str) -> httpx.Response:
        body = {"messages": [{"role": "user", "content": text}]}
        return httpx.post(f"{self.url}/v1/chat", json=body, headers=headers, timeout=90)

    def kept(self, query: str = "SELECT id FROM answers") -> set[str]:
        """Read past our own code, from the file."""
        with closing(sqlite3.connect(self.folder / "records.sqlite")) as store:
            return {str(name) for (name,) in store.execute(query)}


@contextmanager
def running_server(built: Path, folder: Path, **settings: str) -> Iterator[ServerProcess]:
    folder.mkdir(exist_ok=True)
    server = ServerProcess(built, folder, {f"ISLETBOT_{name.upper()}": value for name, value in settings.items()})
    try:
        server.start()
        yield server
    finally:
        server.kill()


@dataclass
class Asked:
    answered: set[str] = field(default_factory=set)
    """Ids of replies that somebody received."""
    calm: set[str] = field(default_factory=set)
    """Those of them that were no emergency."""
    rated: set[str] = field(default_factory=set)
    """Ids of replies whose rating was acknowledged."""
    refused: list[httpx.Response] = field(default_factory=list)
    urgent_seconds: list[float] = field(default_factory=list)
    not_urgent: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@contextmanager
def asking(server: ServerProcess, *, people: int = 2) -> Iterator[Asked]:
    """People who ask and rate, and one with emergencies, until the block ends."""
    asked, over = Asked(), threading.Event()

    def put_calm() -> None:
        reply = server.ask(CALM)
        if reply.status_code != 200:
            asked.refused.append(reply)
            return
        name = reply.json()["id"]
        asked.answered.add(name)
        asked.calm.add(name)
        body = {"answer_id": name, "rating": "helpful"}
        if httpx.post(f"{server.url}/v1/feedback", json=body, timeout=90).status_code == 204:
            asked.rated.add(name)

    def put_urgent() -> None:
        began = time.monotonic()
        reply = server.ask(URGENT)
        if reply.status_code == 200 and reply.json()["kind"] == "urgent":
            asked.urgent_seconds.append(time.monotonic() - began)
            asked.answered.add(reply.json()["id"])
        else:
            asked.not_urgent.append(reply.text)

    def repeat(act: Callable[[], None]) -> None:
        while not over.is_set():
            try:
                act()
            except httpx.HTTPError as error:
                asked.broken.append(type(error).__name__)
            over.wait(0.05)

    acts = [put_calm] * people + [put_urgent]
    threads = [threading.Thread(target=repeat, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1)
        yield asked
    finally:
        over.set()
        for thread in threads:
            thread.join()


def check_refusals(asked: Asked) -> None:
    """Every urgent message was answered, and every other was answered or refused with the emergency line."""
    assert asked.not_urgent == []
    assert len(asked.urgent_seconds) > 2
    assert max(asked.urgent_seconds) < URGENT_SECONDS
    assert {reply.status_code for reply in asked.refused} <= {503}
    assert all("emergency, call" in reply.json()["error"]["remedy"] for reply in asked.refused)
