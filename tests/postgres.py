"""A PostgreSQL server of its own on a free port of this machine, for as long as a test session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import find_port

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def find_programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    if INSTALLED:
        return INSTALLED[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """The address of the server, without a database."""
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="isletbot-postgres-"))
    if user:
        shutil.chown(folder, user)
    port = find_port()

    def run(name: str, *words: str) -> None:
        subprocess.run(
            [programs / name, "-D", folder / "data", *words],
            user=user, cwd=folder, check=True, timeout=120, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        run("initdb", "--auth=trust", "--username=tester", "--no-sync", "--encoding=UTF8")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-p {port} -k {folder} -h 127.0.0.1", "start")
        try:
            yield f"postgresql://tester@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
