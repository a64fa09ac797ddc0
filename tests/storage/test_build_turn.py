"""Two replicas that build at once: the second waits, and finds it done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread

import psycopg
import pytest

from isletbot.errors import RecordsError
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.ingest import IndexReport, build_index
from isletbot.settings import load_settings
from isletbot.storage.build_turn import take_build_turn
from isletbot.storage.chroma_server import ChromaServer, ServerAddress
from isletbot.wiring.index_server import take_turn
from tests.builders import a_corpus

EMBEDDINGS = HashEmbeddings(64)


def test_two_replicas_that_build_at_once_make_one_build(
    postgres: str, chroma_address: ServerAddress, chroma_server: ChromaServer, tmp_path: Path
) -> None:
    corpus, together = a_corpus(tmp_path), Barrier(2)

    def build(name: str) -> IndexReport:
        settings = load_settings(
            data_dir=tmp_path / name,
            records_url=f"{postgres}/postgres",
            chroma_url=chroma_address.url,
            chroma_database=chroma_address.database,
        )
        together.wait()
        with take_turn(settings, EMBEDDINGS.digest) as turn:
            return build_index(corpus, settings.index_dir, EMBEDDINGS, turn.writer, rebuild=turn.distrusted)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(build, ("one", "other")))
    assert sorted(report.embedded for report in reports) == [0, 8]
    with chroma_server.call() as client:
        assert sum(collection.name.endswith("-files") for collection in client.list_collections()) == 1


def test_the_second_waits_and_a_killed_builder_gives_its_turn_back(postgres: str, tmp_path: Path) -> None:
    address, taken, order = f"{postgres}/postgres", Event(), []  # type: ignore[var-annotated]

    def wait_for_turn() -> None:
        with take_build_turn(address, tmp_path):
            order.append("second")
            taken.set()

    second = Thread(target=wait_for_turn)
    with psycopg.connect(address, autocommit=True) as watcher:
        with take_build_turn(address, tmp_path):
            second.start()
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            while not watcher.execute(waiting).fetchone()[0]:  # type: ignore[index]
                assert not taken.is_set()
            order.append("first")
            # As when its process is killed: PostgreSQL ends the session that holds the lock.
            watcher.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            assert taken.wait(30)
        second.join()
    assert order == ["first", "second"]


def test_records_that_are_away_give_no_turn_and_say_so(tmp_path: Path) -> None:
    with (
        pytest.raises(RecordsError, match=r"127\.0\.0\.1:9.*give no turn to build"),
        take_build_turn("postgresql://nobody@127.0.0.1:9/nothing", tmp_path),
    ):
        pass


def test_with_sqlite_nobody_waits(tmp_path: Path) -> None:
    with take_build_turn("", tmp_path), take_build_turn("", tmp_path):
        assert not (tmp_path / "records.sqlite").exists()
