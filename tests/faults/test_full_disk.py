"""The disk is full, and then there is room again: a small disk is filled where the tests may mount one, and, everywhere
on Linux, no file of the server may grow any more."""

from __future__ import annotations

import resource
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from isletbot.answering.graph import Bot
from isletbot.curation.audit import AuditEvent, ChainCheck
from isletbot.errors import IsletbotError
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_records import SqlRecords
from tests.cluster.dependencies import wait_for
from tests.faults.serving import CALM, READY_SECONDS, ServerProcess, asking, check_refusals, running_server
from tests.kept import NOW

pytestmark = [pytest.mark.faults, pytest.mark.weights]
BREAK_SECONDS = 2
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
DISK_BYTES = 16_777_216
CHUNK = bytes(4_096)


@dataclass(frozen=True)
class Disk:
    """What the records of the server are on."""

    server: ServerProcess
    fill: Callable[[], None]
    empty: Callable[[], None]


@pytest.fixture
def limited(server: ServerProcess) -> Disk:
    if not hasattr(resource, "prlimit"):
        pytest.skip("only Linux limits the files of another process")

    def set_limit(most: int) -> None:
        # The hard limit stays, so that it may be lifted again.
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (most, UNLIMITED[1]))

    return Disk(server, lambda: set_limit(1), lambda: set_limit(UNLIMITED[0]))


@pytest.fixture
def small(bot: Bot, test_cache: Path, tmp_path: Path) -> Iterator[Disk]:
    """`bot` has brought weights and index up to date; they stay on the disk they are on."""
    folder = tmp_path / "data"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if not shutil.which("mount") or (done := subprocess.run(words, capture_output=True, text=True)).returncode:
        pytest.skip(f"no disk can be mounted: {done.stderr.strip() if shutil.which('mount') else 'no mount'}")
    ballast = folder / "ballast"

    def fill() -> None:
        with ballast.open("ab", buffering=0) as file:
            try:
                while file.write(CHUNK):
                    pass
            except OSError:  # that is full
                pass

    try:
        with running_server(test_cache, folder) as server:
            yield Disk(server, fill, ballast.unlink)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def auditing(folder: Path) -> Iterator[set[str]]:
    """Staff act all the while; yields what they did and were told is written."""
    records, written, over = SqlRecords.open(None, folder), set[str](), threading.Event()
    log = SqlAuditLog(records.database)

    def act() -> None:
        number = 0
        while not over.wait(0.02):
            number += 1
            try:
                log.append(AuditEvent(NOW, "anna", "conversation.seen", f"c{number}"))
            except IsletbotError:
                continue
            written.add(f"c{number}")

    acting = threading.Thread(target=act)
    acting.start()
    try:
        yield written
    finally:
        over.set()
        acting.join()
        records.close()


def check_audit(folder: Path, written: set[str]) -> None:
    records = SqlRecords.open(None, folder)
    log = SqlAuditLog(records.database)
    rows, chain = list(log.everything()), ChainCheck((log.head(),))
    chain.run(rows)
    assert chain.findings == []
    assert written <= {row.event.target for row in rows}
    records.close()


@pytest.mark.parametrize("kind", ["limited", "small"])
def test_with_a_full_disk_it_says_so_answers_emergencies_and_loses_nothing_acknowledged(
    kind: str, request: pytest.FixtureRequest
) -> None:
    disk: Disk = request.getfixturevalue(kind)
    server = disk.server
    with auditing(server.folder) as written, asking(server) as asked:
        wait_for(lambda: bool(asked.calm and written), "work", READY_SECONDS)
        disk.fill()
        wait_for(lambda: server.status("/readyz") == 503, "not ready", READY_SECONDS)
        named = httpx.get(f"{server.url}/readyz", timeout=10).json()["error"]["message"]
        wait_for(lambda: bool(asked.refused), "refused", READY_SECONDS)
        before = len(asked.urgent_seconds)
        time.sleep(BREAK_SECONDS)
        assert len(asked.urgent_seconds) > before, "urgent messages stopped"
        disk.empty()
        wait_for(lambda: server.status("/readyz") == 200, "ready by itself", READY_SECONDS)
        wait_for(lambda: server.ask(CALM).status_code == 200, "answers again", READY_SECONDS)
        audited = len(written)
        wait_for(lambda: len(written) > audited, "audited again", READY_SECONDS)
    assert "data folder" in named
    assert str(server.folder) not in named
    check_refusals(asked)
    assert asked.broken == []
    calm = server.kept("SELECT id FROM answers WHERE kind != 'urgent'")
    assert asked.calm
    assert asked.calm <= calm
    assert asked.rated <= server.kept("SELECT answer_id FROM feedback") & calm
    check_audit(server.folder, written)
    assert "SIGXFSZ" not in server.log
