"""The server that ships, in a process of its own, as it is killed, left and kept waiting."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.free_ports import find_port
from tests.server.events import read_events

ROOT = Path(__file__).resolve().parents[2]
ASKED = {"messages": [{"role": "user", "content": "How many people could stop insulin?"}]}
STREAM = {"accept": "text/event-stream"}
pytestmark = pytest.mark.weights


class Server:
    def __init__(self, process: subprocess.Popen[str], url: str, records: Path) -> None:
        self.process, self.url, self.records = process, url, records

    def memory(self) -> int:
        """Bytes of this machine's memory that the process holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def kept_ids(self) -> set[str]:
        connection = sqlite3.connect(self.records)
        try:
            return {row[0] for row in connection.execute("SELECT answer_id FROM replies")}
        finally:
            connection.close()


@pytest.fixture
def server(built: Path, tmp_path: Path) -> Iterator[Server]:
    records = tmp_path / "records.sqlite"
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "ISLETBOT_DATA_DIR": str(built),
        "ISLETBOT_RECORDS_URL": f"sqlite:///{records}",
        "ISLETBOT_ADDRESS_RATE": "100000/minute",
        "ISLETBOT_TOTAL_RATE": "100000/minute",
    }
    words = [sys.executable, "-m", "isletbot", "serve", "--port", str(find_port())]
    with subprocess.Popen(words, env=env, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            assert process.stderr is not None
            said = next(line for line in process.stderr if "http://" in line)
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found is not None
            yield Server(process, found[0], records)
        finally:
            process.kill()


def test_a_reply_whose_id_was_received_is_in_the_records_after_a_kill(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        token = client.post("/v1/sessions", json={"widget": "demo"}).json()["token"]
        mine = {"authorization": f"Bearer {token}"}
        ways: list[dict[str, str]] = [{}, mine, {**mine, "idempotency-key": "k"}]
        received = [client.post("/v1/chat", json=ASKED, headers=headers).json()["id"] for headers in ways]
        with client.stream("POST", "/v1/chat", json=ASKED, headers={**STREAM, **mine}) as response:
            for name, data in read_events(response.iter_lines()):
                if name == "answer":
                    received.append(data["id"])
                    os.kill(server.process.pid, signal.SIGKILL)
                    break
    server.process.wait(10)
    assert len(received) == 4
    assert set(received) <= server.kept_ids()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux says how much memory a process holds")
def test_readers_who_take_nothing_neither_fill_the_memory_nor_keep_others_waiting(server: Server) -> None:
    body = json.dumps(ASKED).encode()
    head = "POST /v1/chat HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: text/event-stream\r\n"
    request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    host, port = server.url.removeprefix("http://").split(":")
    with httpx.Client(base_url=server.url, timeout=60) as client:
        assert client.post("/v1/chat", json=ASKED).status_code == 200
        before = server.memory()
        idle = []
        try:
            for _ in range(30):
                reader = socket.socket()
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
                reader.connect((host, int(port)))
                reader.sendall(request)
                idle.append(reader)
            assert [client.post("/v1/chat", json=ASKED).status_code for _ in range(20)] == [200] * 20
            assert server.memory() - before < 40_000_000
        finally:
            for reader in idle:
                reader.close()
