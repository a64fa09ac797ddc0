"""For every test: no network but this machine, no settings from outside; the exported weights, made once; a browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args
from uuid import uuid4

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_socket import socket_allow_hosts
from xdist.remote import Producer

from isletbot.answering.graph import Bot
from isletbot.inference.adapter import ModelName, open_adapter
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.weights import find_weights
from isletbot.settings import load_settings
from isletbot.storage.chroma_server import ServerAddress
from isletbot.wiring import make_bot
from tests.browsing import PATIENCE_MS
from tests.chroma_server import RunningChroma, running_chroma, skips_here
from tests.exporting import MODELS, export_models
from tests.scheduling import FilesTogether, put_slow_files_first

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    return FilesTogether(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        put_slow_files_first(items)


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
def exported(test_cache: Path) -> Mapping[ModelName, Path]:
    """The exported weights' folder of each trained model that ships; both are made at once, by one process alone."""
    with FileLock(test_cache / ".exported.lock"):
        return _find_exported(test_cache)


def _find_exported(test_cache: Path) -> Mapping[ModelName, Path]:
    pinned = {name: open_adapter(MODELS, name).sha256 for name in get_args(ModelName)}
    found = {name: find_weights(test_cache / "weights", sha256) for name, sha256 in pinned.items()}
    if None in found.values():
        if importlib.util.find_spec("sentence_transformers") is None:
            pytest.skip("the weights are not exported here and the index extra is not installed")
        export_models(test_cache / "weights", MODELS, *found)
        found = {name: find_weights(test_cache / "weights", sha256) for name, sha256 in pinned.items()}
    assert None not in found.values()
    return found  # type: ignore[return-value]


@pytest.fixture(scope="session")
def weights(exported: Mapping[ModelName, Path]) -> Path:
    """The message reader's."""
    return exported["reader"]


@pytest.fixture(scope="session")
def relevance_weights(exported: Mapping[ModelName, Path]) -> Path:
    """The cross-encoder's."""
    return exported["relevance"]


@pytest.fixture(scope="session")
def real_embeddings(weights: Path) -> OnnxEmbeddings:
    return OnnxEmbeddings(weights)


@pytest.fixture(scope="session")
def shipped_bot(weights: Path, test_cache: Path) -> Bot:
    """The bot that ships, on the corpus that ships, in this process."""
    with FileLock(test_cache / ".bot.lock"):  # the index and the vectors of the question bank are made by one process
        return make_bot(load_settings(data_dir=test_cache))


@pytest.fixture(scope="session")
def bot(shipped_bot: Bot) -> Bot:
    """The same, by the name that a module may give to a bot of its own."""
    return shipped_bot


@pytest.fixture(scope="session")
def built(shipped_bot: Bot, test_cache: Path) -> Path:
    """A data folder with weights, index and the vectors of the question bank, which nobody has to make again."""
    return test_cache


@pytest.fixture(scope="session")
def chroma() -> Iterator[RunningChroma]:
    """One server for the session; each test has a database of its own there."""
    if why := skips_here():
        pytest.skip(why)
    with running_chroma() as running:
        yield running


@pytest.fixture
def chroma_address(chroma: RunningChroma) -> ServerAddress:
    name = f"db-{uuid4().hex[:12]}"
    chroma.make_database(name)
    return ServerAddress(chroma.url, "default_tenant", name, "")


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
