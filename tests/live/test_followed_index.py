"""Replicas that share nothing but a Chroma server follow the index there, and go on while it is away."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.errors import IndexAway
from isletbot.settings import Settings, load_settings
from isletbot.wiring import diagnose, index_server, make_app, make_index
from tests.built import copy_built
from tests.chroma_server import RunningChroma, running_chroma, skips_here

pytestmark = pytest.mark.weights
ROOT = Path(__file__).parents[2]
ASKED, URGENT = "Did anyone die in the trial?", "My mother is unconscious!"
FOLLOWED_SECONDS, READY_SECONDS = 5, 10
FREELY = dict.fromkeys(("address_rate", "total_rate"), "100000/second")


@pytest.fixture(scope="module")
def mortal() -> Iterator[RunningChroma]:
    if why := skips_here():
        pytest.skip(why)
    with running_chroma() as running:
        yield running


def make_settings(mortal: RunningChroma, folder: Path, built: Path) -> Settings:
    """A replica with data of its own."""
    copy_built(built, folder, ["weights"])
    corpus = folder.parent / "corpus"
    if not corpus.exists():
        shutil.copytree(ROOT / "corpus", corpus)
    return load_settings(data_dir=folder, corpus_dir=corpus, chroma_url=mortal.url, **FREELY)


@pytest.fixture(scope="module")
def replicas(
    mortal: RunningChroma, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Settings, tuple[TestClient, TestClient]]]:
    folder = tmp_path_factory.mktemp("replicas")
    one, other = (make_settings(mortal, folder / name, built) for name in ("one", "other"))
    with ExitStack() as stack:
        yield one, (stack.enter_context(TestClient(make_app(one))), stack.enter_context(TestClient(make_app(other))))


def ask(client: TestClient, text: str) -> httpx.Response:
    return client.post("/v1/chat", json={"messages": [{"role": "user", "content": text}]})


def version_of(client: TestClient) -> str:
    listed = client.get("/v1/sources").json()["sources"]
    return next(source["source_version"] for source in listed if source["id"] == "nejm-2025")


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, f"not within {seconds} seconds"
        time.sleep(0.05)


def count_builds(settings: Settings) -> int:
    found = httpx.get(
        f"{settings.chroma_url}/api/v2/tenants/default_tenant/databases/default_database/collections", timeout=30
    )
    return sum(collection["name"].endswith("-files") for collection in found.json())


def test_both_replicas_follow_a_build_within_five_seconds(
    replicas: tuple[Settings, tuple[TestClient, TestClient]],
) -> None:
    settings, clients = replicas
    assert count_builds(settings) == 1, "the second replica found it done"
    before = version_of(clients[0])
    assert [version_of(client) for client in clients] == [before, before]
    digest = settings.corpus_dir / "nejm-2025.md"
    digest.write_text(digest.read_text("utf-8").replace("insulin independent", "free of insulin"), "utf-8")
    make_index(settings)
    begun = time.monotonic()
    for client in clients:
        wait_for(lambda client=client: version_of(client) != before, FOLLOWED_SECONDS)  # type: ignore[misc]
    assert time.monotonic() - begun < FOLLOWED_SECONDS
    assert count_builds(settings) == 2
    for client in clients:
        assert ask(client, ASKED).json()["kind"] == "answered"


def test_a_replica_that_holds_the_vectors_answers_on_and_is_ready_while_the_server_is_away(
    replicas: tuple[Settings, tuple[TestClient, TestClient]], mortal: RunningChroma
) -> None:
    settings, clients = replicas
    mortal.kill()
    try:
        for client in clients:
            assert ask(client, ASKED).json()["kind"] == "answered"
            assert ask(client, URGENT).json()["kind"] == "urgent"
            assert client.get("/readyz").status_code == 200
        checks = {check.name: check for check in diagnose(settings)}
        assert not checks["index"].ok
        assert "ISLETBOT_CHROMA_URL" in checks["index"].remedy
    finally:
        mortal.start()


def test_a_server_that_is_away_at_the_start_is_named_with_the_remedy(
    replicas: tuple[Settings, tuple[TestClient, TestClient]], mortal: RunningChroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, _ = replicas
    for name in ("data_dir", "corpus_dir", "chroma_url"):
        monkeypatch.setenv(f"ISLETBOT_{name.upper()}", str(getattr(settings, name)))
    mortal.kill()
    try:
        with pytest.raises(IndexAway, match=r"does not answer.*chroma run"):
            make_app(settings)
        asked = CliRunner().invoke(app, ["ask", ASKED])
        assert asked.exit_code == 2
        assert "ISLETBOT_CHROMA_URL" in asked.output
        assert "112" in CliRunner().invoke(app, ["ask", URGENT]).output
    finally:
        mortal.start()


def test_above_what_is_held_in_memory_the_server_is_needed_and_named_and_urgent_is_answered(
    replicas: tuple[Settings, tuple[TestClient, TestClient]], mortal: RunningChroma, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_server, "EXACT_UP_TO", 0)
    settings, _ = replicas
    with TestClient(make_app(settings)) as client:
        assert ask(client, ASKED).json()["kind"] == "answered"
        assert client.get("/readyz").status_code == 200
        mortal.kill()
        try:
            wait_for(lambda: client.get("/readyz").status_code == 503, READY_SECONDS)
            away = client.get("/readyz")
            assert (away.status_code, away.json()["error"]["message"]) == (503, "Not ready: chroma.")
            assert ask(client, ASKED).json()["kind"] != "answered"
            assert ask(client, URGENT).json()["kind"] == "urgent"
        finally:
            mortal.start()
        wait_for(lambda: client.get("/readyz").status_code == 200, READY_SECONDS)
        wait_for(lambda: ask(client, ASKED).json()["kind"] == "answered", READY_SECONDS)
