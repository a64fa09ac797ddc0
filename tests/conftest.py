"""For every test: no network but this machine, no settings from outside; the exported weights, made once; a browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_socket import socket_allow_hosts

from isletbot.answering.graph import Bot
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.weights import find_weights
from isletbot.settings import load_settings
from isletbot.wiring import make_bot
from tests.browsing import PATIENCE_MS

ROOT = Path(__file__).parents[1]
EXPORT = """
import sys, pathlib
from isletbot.inference.export import export_weights
export_weights(pathlib.Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ISLETBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def test_cache() -> Path:
    """Kept between runs; tests only add to it."""
    cache = Path(os.environ.get("ISLETBOT_TEST_CACHE") or ROOT / "var" / "test-cache")
    cache.mkdir(parents=True, exist_ok=True)
    return cache


@pytest.fixture(scope="session")
def weights(test_cache: Path) -> Path:
    """The exported weights' folder. Exported in a process of its own, so that torch never enters this one."""
    found = find_weights(test_cache / "weights")
    if found is None and importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("the weights are not exported here and the index extra is not installed")
    if found is None:
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1"}
        subprocess.run([sys.executable, "-c", EXPORT, str(test_cache / "weights")], env=env, check=True, timeout=300)
        found = find_weights(test_cache / "weights")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def real_embeddings(weights: Path) -> OnnxEmbeddings:
    return OnnxEmbeddings(weights)


@pytest.fixture(scope="session")
def bot(weights: Path, test_cache: Path) -> Bot:
    """The bot that ships, on the corpus that ships, in this process."""
    return make_bot(load_settings(data_dir=test_cache))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: while it is open, asynchronous tests of other files cannot run."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        missing = "There is no Chromium on this machine. On Debian: apt install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()
