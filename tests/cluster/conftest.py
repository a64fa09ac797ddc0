from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from isletbot.answering.graph import Bot
from tests.cluster.machines import Cluster, start_cluster
from tests.postgres import find_programs


@pytest.fixture(scope="session")
def cluster(bot: Bot, test_cache: Path) -> Iterator[Cluster]:
    """Started once; whoever breaks a part mends it. `bot` has brought weights and index up to date."""
    programs = find_programs()
    missing = [name for name in ("nginx", "redis-server") if shutil.which(name) is None]
    if missing or programs is None:
        said = f"{', '.join(missing or ['PostgreSQL'])} is not installed: apt install nginx postgresql redis-server"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    folder = Path(tempfile.mkdtemp(prefix="isletbot-cluster-"))
    folder.chmod(0o755)  # PostgreSQL's user goes through it
    started = start_cluster(folder, test_cache, programs)
    yield started
    started.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def client(cluster: Cluster) -> httpx.Client:
    """Over nginx."""
    return cluster.client()
