"""The machine itself misbehaves: a page of the records is overwritten, the data folder read-only, the clock jumps."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi.testclient import TestClient

from isletbot.storage.file_journal import FileJournal
from isletbot.storage.sql_records import SqlRecords
from tests.built import copy_built
from tests.cluster.dependencies import wait_for
from tests.free_ports import find_port
from tests.kept import DAY, HOUR
from tests.scripted import ScriptedBot
from tests.server.conftest import EMERGENCY, Serve, a_limiter, an_app
from tests.server.contexts import TurnedClock, make_empty
from tests.server.test_sessions_api import ask, bearer, open_session, refused
from tests.server.urgent import urgent_replies

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096
NOBODY = 65_534
READY_SECONDS = 10
CALM = {"messages": [{"role": "user", "content": "How many people could stop insulin?"}]}
PAIN = {"messages": [{"role": "user", "content": "I have severe chest pain"}]}


def overwrite_table(path: Path, name: str) -> None:
    with sqlite3.connect(path) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


def test_with_a_page_of_the_records_overwritten_emergencies_are_answered_and_the_rest_is_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.sqlite"
    path.write_bytes(make_empty())
    overwrite_table(path, "answers")
    records = SqlRecords.open(None, tmp_path)
    journal = FileJournal(tmp_path / "journal" / "urgent.jsonl")
    app = an_app(ScriptedBot(), records=records, find=urgent_replies().find, journal=journal)
    client = TestClient(app, raise_server_exceptions=False)
    urgent = client.post("/v1/chat", json=PAIN)
    assert (urgent.status_code, urgent.json()["kind"]) == (200, "urgent")
    calm = client.post("/v1/chat", json=CALM)
    assert calm.status_code == 503, calm.text
    assert calm.json()["error"]["remedy"].endswith(EMERGENCY)
    assert "malformed" not in calm.text
    assert [entry.record.answer.id for entry in journal.read()] == [urgent.json()["id"]]
    records.close()


def make_words(*words: str) -> list[str]:
    """Root writes to what is read-only, so a server of root's runs as nobody."""
    switch = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    return [*switch, sys.executable, *words]


@pytest.fixture
def data_dir(built: Path, tmp_path: Path) -> Iterator[Path]:
    """A data folder that an unprivileged user owns."""
    folder = Path(os.path.realpath("/tmp")) / f"isletbot-read-only-{os.getpid()}"
    folder.mkdir(mode=0o755)
    copy_built(built, folder)
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    if subprocess.run(make_words("-c", "import isletbot"), cwd=folder, env=make_environment(folder)).returncode:
        shutil.rmtree(folder)
        pytest.skip("an unprivileged user cannot run this checkout")
    yield folder
    make_writable(folder, writable=True)
    shutil.rmtree(folder)


def make_environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(folder),
        "ISLETBOT_DATA_DIR": str(folder),
    }


def make_writable(folder: Path, *, writable: bool) -> None:
    owner = NOBODY if writable and os.geteuid() == 0 else os.geteuid()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, -1)
        path.chmod((0o755 if path.is_dir() else 0o644) if writable else (0o555 if path.is_dir() else 0o444))


def count_kept(folder: Path, answer_id: str) -> int:
    with sqlite3.connect(f"file:{folder / 'records.sqlite'}?mode=ro", uri=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM answers WHERE id = ?", (answer_id,)).fetchone()
    return int(count)


@pytest.mark.weights
def test_a_data_folder_that_becomes_read_only_costs_no_emergency_its_reply(data_dir: Path) -> None:
    port = find_port()
    words = make_words("-m", "isletbot", "serve", "--port", str(port))
    with subprocess.Popen(
        words, env=make_environment(data_dir), cwd=data_dir, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            assert any("startup complete" in line for line in process.stderr)
            url = f"http://127.0.0.1:{port}/v1/chat"
            assert httpx.post(url, json=CALM, timeout=60).status_code == 200
            ready = f"http://127.0.0.1:{port}/readyz"
            wait_for(lambda: httpx.get(ready, timeout=60).status_code == 200, "ready", READY_SECONDS)
            make_writable(data_dir, writable=False)
            wait_for(lambda: httpx.get(ready, timeout=60).status_code == 503, "not ready", READY_SECONDS)
            assert "data folder" in httpx.get(ready, timeout=60).json()["error"]["message"]
            began = time.monotonic()
            urgent = httpx.post(url, json=PAIN, timeout=60)
            assert time.monotonic() - began < 5
            assert (urgent.status_code, urgent.json()["kind"]) == (200, "urgent")
            calm = httpx.post(url, json=CALM, timeout=60)
            make_writable(data_dir, writable=True)
            assert calm.status_code in (200, 503)
            if calm.status_code == 200:  # what was open before may still be written to
                assert count_kept(data_dir, calm.json()["id"]) == 1
            else:
                assert "911" in calm.json()["error"]["remedy"]
            wait_for(lambda: httpx.get(ready, timeout=60).status_code == 200, "ready again", READY_SECONDS)
            assert httpx.post(url, json=CALM, timeout=60).status_code == 200
        finally:
            process.kill()


def test_a_clock_that_jumps_ahead_ends_sessions_and_one_that_is_set_right_again_does_not_lose_them(
    serve: Serve,
) -> None:
    clock = TurnedClock()
    client = serve(clock=clock)
    mine = bearer(open_session(client))
    clock.pass_by(400 * DAY)
    refused(ask(client, **mine), 401, "session_expired")
    clock.pass_by(-400 * DAY)
    assert ask(client, **mine).status_code == 200
    clock.pass_by(-HOUR)
    assert ask(client, **mine).status_code == 200
    assert len(client.get("/v1/history", headers=mine).json()["messages"]) == 4


@pytest.mark.parametrize("jump", [-86_400, 86_400, -3_600 * 24 * 365])
def test_a_clock_that_jumps_locks_nobody_out_for_longer_than_the_limit(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    now = [time.time()]
    turned = SimpleNamespace(time=lambda: now[0])
    for module in ("isletbot.server.rate_limits", "limits.aio.storage.memory", "limits.aio.strategies"):
        monkeypatch.setattr(f"{module}.time", turned)
    client = serve(limiter=a_limiter(address="2/minute"))
    ask_calmly = [client.post("/v1/chat", json=CALM) for _ in range(3)]
    assert [reply.status_code for reply in ask_calmly] == [200, 200, 429]
    now[0] += jump
    after = [client.post("/v1/chat", json=CALM) for _ in range(3)]
    assert [reply.status_code for reply in after][-1] == 429
    assert after[0].status_code == 200
    assert 1 <= int(after[-1].headers["retry-after"]) <= 60
    assert json.loads(after[-1].text)["error"]["code"] == "rate_limited"
