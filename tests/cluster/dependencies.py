"""PostgreSQL and Redis in processes of their own, to be killed and started again on the same port and folder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from tests.free_ports import find_port

PATIENCE_SECONDS = 60


def wait_for(done: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Returns how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if done():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds:g} seconds")


class Postgres:
    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder, self.port = programs, folder, find_port()
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        folder.mkdir()
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "-D", str(folder / "data"), "--auth=trust", "--username=tester", "--encoding=UTF8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/isletbot"

    def start(self) -> None:
        words = ["-D", self._folder / "data", "-p", str(self.port), "-k", self._folder, "-h", "127.0.0.1"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *words], user=self._user, cwd=self._folder, stdout=log, stderr=log
            )
        wait_for(self._answers, "PostgreSQL answers")

    def make_database(self) -> None:
        with psycopg.connect(self.url.replace("/isletbot", "/postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE isletbot")

    def kill(self) -> None:
        if self._process is None:
            return
        listed = subprocess.run(["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True)
        children = [Path("/proc") / number for number in listed.stdout.split()]
        self._process.kill()
        self._process.wait(10)
        # They notice by themselves; until then they keep the shared memory.
        wait_for(lambda: not any(child.exists() for child in children), "PostgreSQL's children end")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("/isletbot", "/postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            assert self._process is not None
            if self._process.poll() is not None:  # the shared memory of before was still held
                self.start()
            return False
        return True

    def _run(self, name: str, *words: str) -> None:
        subprocess.run(
            [self._programs / name, *words], user=self._user, cwd=self._folder, check=True, stdout=subprocess.DEVNULL
        )


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, find_port()
        folder.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            ["redis-server", *words, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self._answers, "Redis answers")

    def list_keys(self) -> list[str]:
        with redis.Redis(port=self.port) as store:
            return [key.decode() for key in store.scan_iter()]

    def forget(self) -> None:
        with redis.Redis(port=self.port) as store:
            store.flushall()

    def kill(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port) as store:
                return bool(store.ping())
        except redis.ConnectionError:
            return False
