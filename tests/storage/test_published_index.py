"""An index on a Chroma server, shared by replicas that share nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from isletbot.errors import IndexAway, IndexCorrupt
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.ingest import IndexReport, build_index
from isletbot.ports import Vectors
from isletbot.storage import passage_vectors, published_index
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.chroma_server import ChromaServer, ServerAddress
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.storage.index_mirror import IndexMirror, ServerWriter
from isletbot.storage.published_index import PublishedIndex
from tests.builders import DEATHS, PROGRAMME, a_corpus, a_digest
from tests.chroma_server import RunningChroma, guarded, running_chroma, skips_here

EMBEDDINGS = HashEmbeddings(256)
QUESTIONS = ("Did anyone die?", "insulin", "how long were they followed", "Did anyone come off insulin?")
READY_SECONDS = 10


def build(published: PublishedIndex, folder: Path, corpus: Path, rebuild: bool = False) -> IndexReport:
    return build_index(corpus, folder, EMBEDDINGS, ServerWriter(published), rebuild=rebuild)


@pytest.fixture
def published(chroma_server: ChromaServer, tmp_path: Path) -> PublishedIndex:
    """With one build."""
    published = PublishedIndex(chroma_server, EMBEDDINGS.digest)
    build(published, tmp_path / "built", a_corpus(tmp_path))
    return published


def follow(published: PublishedIndex, folder: Path, exact_up_to: int = 0) -> ChromaPassages:
    mirror = IndexMirror(folder, published, EMBEDDINGS.digest)
    mirror.follow()
    return mirror.open(exact_up_to)


def names(published: PublishedIndex) -> set[str]:
    with published.server.call() as client:
        return {collection.name for collection in client.list_collections()}


def find(published: PublishedIndex, part: str) -> str:
    return next(name for name in names(published) if name.endswith(part))


@pytest.mark.parametrize("exact_up_to", [0, 100])
def test_a_replica_with_an_empty_folder_finds_what_an_index_of_its_own_finds(
    published: PublishedIndex, tmp_path: Path, exact_up_to: int
) -> None:
    build_index(tmp_path / "corpus", tmp_path / "own", EMBEDDINGS, ChromaWriter())
    with closing(ChromaPassages.open(tmp_path / "own", EMBEDDINGS.digest, exact_up_to)) as own:
        shared = follow(published, tmp_path / "copy", exact_up_to)
        assert shared.version == own.version
        assert shared.everything() == own.everything()
        for question in QUESTIONS:
            vector = EMBEDDINGS.embed([question])[0]
            one, other = own.search_dense(vector, 3), shared.search_dense(vector, 3)
            assert [hit.key for hit in one] == [hit.key for hit in other]
            assert np.allclose([hit.score for hit in one], [hit.score for hit in other], atol=1e-5)
            assert own.search_lexical(question, 3) == shared.search_lexical(question, 3)


def test_a_second_builder_finds_it_done_and_embeds_nothing(published: PublishedIndex, tmp_path: Path) -> None:
    IndexMirror(tmp_path / "other", published, EMBEDDINGS.digest).sync()
    before = names(published)
    report = build(published, tmp_path / "other", tmp_path / "corpus")
    assert (report.embedded, report.reused) == (0, 8)
    assert names(published) == before


def test_the_build_before_is_kept_and_older_ones_go(published: PublishedIndex, tmp_path: Path) -> None:
    built = [published.current()]
    for title in ("b", "c"):
        build(published, tmp_path / "built", a_corpus(tmp_path, paper_md=a_digest(title=title)))
        built.append(published.current())
    first, second, third = (one.name for one in built if one)
    kept = {name.rsplit("-", 2)[1] for name in names(published) if name.count("-") > 2}
    assert kept == {second, third}
    assert first not in kept


def test_what_killed_builders_left_is_removed_after_a_day(
    published: PublishedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = find(published, "-files").rsplit("-", 2)[0]
    for name, begun in (("new", time.time()), ("old", time.time() - 25 * 3600)):
        with published.server.call() as client:
            client.create_collection(f"{root}-{name}-files", metadata={"begun": int(begun)}, embedding_function=None)
    build(published, tmp_path / "built", a_corpus(tmp_path, paper_md=a_digest(title="b")))
    assert f"{root}-new-files" in names(published)
    assert f"{root}-old-files" not in names(published)


def test_programs_of_two_formats_see_each_their_own(
    published: PublishedIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published.current()
    monkeypatch.setattr(published_index, "INDEX_FORMAT", 999)
    newer = PublishedIndex(published.server, EMBEDDINGS.digest)
    assert newer.current() is None
    build(newer, tmp_path / "newer", tmp_path / "corpus")
    assert newer.current() is not None
    assert published.current() == before
    assert PublishedIndex(published.server, "other weights").current() is None


def test_a_damaged_copy_on_this_machine_is_fetched_again(published: PublishedIndex, tmp_path: Path) -> None:
    follow(published, tmp_path / "copy")
    path = next((tmp_path / "copy").glob("*/corpus.jsonl"))
    path.write_bytes(b"{")
    index = follow(published, tmp_path / "copy")
    assert DEATHS in {passage.text for passage in index.everything()}


def cut_pieces(published: PublishedIndex) -> None:
    with published.server.call() as client:
        collection = client.get_collection(find(published, "-files"), embedding_function=None)
        collection.delete(ids=collection.get()["ids"][-1:])


def alter_piece(published: PublishedIndex) -> None:
    with published.server.call() as client:
        collection = client.get_collection(find(published, "-files"), embedding_function=None)
        collection.update(ids=collection.get()["ids"][:1], metadatas=[{"data": "eNoDAAAAAAE="}])


def lead_elsewhere(published: PublishedIndex) -> None:
    with published.server.call() as client:
        collection = client.get_collection(find(published, "-files"), embedding_function=None)
        collection.update(ids=collection.get()["ids"][:1], metadatas=[{"file": "../../elsewhere"}])


def cut_vectors(published: PublishedIndex) -> None:
    with published.server.call() as client:
        collection = client.get_collection(find(published, "-passages"), embedding_function=None)
        collection.delete(ids=collection.get()["ids"][-1:])


def remove_vectors(published: PublishedIndex) -> None:
    with published.server.call() as client:
        client.delete_collection(find(published, "-passages"))


def remove_files(published: PublishedIndex) -> None:
    with published.server.call() as client:
        client.delete_collection(find(published, "-files"))


def take_pointer(published: PublishedIndex) -> None:
    root = find(published, "-files").rsplit("-", 2)[0]
    with published.server.call() as client:
        client.get_collection(root, embedding_function=None).modify(metadata={"somebody": "else's"})


DAMAGES = (cut_pieces, alter_piece, lead_elsewhere, cut_vectors, remove_vectors, remove_files, take_pointer)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_foreign_build_is_named_with_the_remedy_and_never_served(
    published: PublishedIndex, tmp_path: Path, damage: object
) -> None:
    damage(published)  # type: ignore[operator]
    with pytest.raises(IndexCorrupt, match=r"isletbot index --rebuild") as caught:
        follow(published, tmp_path / "copy")
    assert "collection" in str(caught.value) or "build" in str(caught.value)
    assert not (tmp_path / "elsewhere").exists()
    build(published, tmp_path / "built", tmp_path / "corpus", rebuild=True)
    assert len(follow(published, tmp_path / "copy").everything()) == 3


def test_a_server_that_is_not_there_is_named_with_the_remedy() -> None:
    server = ChromaServer(ServerAddress("http://127.0.0.1:9", "default_tenant", "default_database", ""))
    with pytest.raises(IndexAway, match=r"http://127\.0\.0\.1:9 does not answer.*ISLETBOT_CHROMA_URL"):
        PublishedIndex(server, "weights").current()


def test_a_database_that_is_not_there_is_named_with_the_remedy(chroma: RunningChroma) -> None:
    server = ChromaServer(ServerAddress(chroma.url, "default_tenant", "nowhere", ""))
    with pytest.raises(IndexAway, match=r"no database 'nowhere'.*ISLETBOT_CHROMA_DATABASE"):
        PublishedIndex(server, "weights").current()


def test_a_wrong_token_is_refused_and_the_right_one_builds_and_searches(
    chroma_address: ServerAddress, tmp_path: Path
) -> None:
    with guarded(chroma_address.url, "right") as url:
        wrong = ChromaServer(replace(chroma_address, url=url, token="wrong"))
        with pytest.raises(IndexAway, match=r"refuses the token \(HTTP 401\).*ISLETBOT_CHROMA_TOKEN") as caught:
            PublishedIndex(wrong, "weights").current()
        assert "wrong" not in str(caught.value)
        with closing(ChromaServer(replace(chroma_address, url=url, token="right"))) as server:
            published = PublishedIndex(server, EMBEDDINGS.digest)
            build(published, tmp_path / "built", a_corpus(tmp_path))
            assert len(follow(published, tmp_path / "copy").search_dense(EMBEDDINGS.embed([DEATHS])[0], 3)) == 3


@pytest.fixture
def mortal() -> Iterator[RunningChroma]:
    """A server that a test may kill."""
    if why := skips_here():
        pytest.skip(why)
    with running_chroma() as running:
        yield running


@pytest.fixture
def mortal_server(mortal: RunningChroma) -> Iterator[ChromaServer]:
    with closing(ChromaServer(ServerAddress(mortal.url, "default_tenant", "default_database", ""))) as server:
        yield server


def search_until(index: ChromaPassages, stop: Event, failed: list[Exception]) -> None:
    vector = EMBEDDINGS.embed([DEATHS])[0]
    while not stop.wait(0.01):
        try:
            index.search_dense(vector, 3)
        except IndexAway as error:
            failed.append(error)


def test_a_killed_server_fails_by_name_and_is_searched_again_within_seconds_of_its_return(
    mortal: RunningChroma, mortal_server: ChromaServer, tmp_path: Path
) -> None:
    published = PublishedIndex(mortal_server, EMBEDDINGS.digest)
    build(published, tmp_path / "built", a_corpus(tmp_path))
    graph, held = follow(published, tmp_path / "copy"), follow(published, tmp_path / "copy", exact_up_to=100)
    vector, stop, failed = EMBEDDINGS.embed([DEATHS])[0], Event(), []  # type: ignore[var-annotated]
    expected = [hit.key for hit in graph.search_dense(vector, 3)]
    load = [Thread(target=search_until, args=(graph, stop, failed)) for _ in range(4)]
    for thread in load:
        thread.start()
    try:
        mortal.kill()
        with pytest.raises(IndexAway, match="does not answer"):
            graph.search_dense(vector, 3)
        assert [hit.key for hit in held.search_dense(vector, 3)] == expected
        mortal.start()
        begun = time.monotonic()
        while True:
            try:
                assert [hit.key for hit in graph.search_dense(vector, 3)] == expected
                break
            except IndexAway:
                assert time.monotonic() - begun < READY_SECONDS
    finally:
        stop.set()
        for thread in load:
            thread.join()
    assert failed


def test_a_server_killed_during_a_build_leaves_the_build_of_before(
    mortal: RunningChroma, mortal_server: ChromaServer, tmp_path: Path
) -> None:
    published = PublishedIndex(mortal_server, EMBEDDINGS.digest)
    build(published, tmp_path / "built", a_corpus(tmp_path))
    before = published.current()

    class Killing(ServerWriter):
        def publish(self, index_dir: Path, folder: Path, version: str) -> None:
            mortal.kill()
            super().publish(index_dir, folder, version)

    changed = a_corpus(tmp_path, paper_md=a_digest(title="b"))
    with pytest.raises(IndexAway):
        build_index(changed, tmp_path / "built", EMBEDDINGS, Killing(published))
    mortal.start()
    assert published.current() == before
    assert len(follow(published, tmp_path / "copy").everything()) == 3


@pytest.mark.parametrize("lost", [False, True])
def test_a_killed_builder_goes_on_with_its_vectors_on_the_server(
    chroma_server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    class Killed(BaseException):
        """As a kill: nobody tidies up."""

    class Mortal(HashEmbeddings):
        def embed(self, texts: Sequence[str]) -> Vectors:
            if PROGRAMME in texts:
                raise Killed
            return super().embed(texts)

    monkeypatch.setattr(passage_vectors, "_AT_ONCE", 5)
    published, corpus = PublishedIndex(chroma_server, EMBEDDINGS.digest), a_corpus(tmp_path)
    with pytest.raises(Killed):
        build_index(corpus, tmp_path / "built", Mortal(256), ServerWriter(published))
    assert published.current() is None
    if lost:
        remove_vectors(published)
    report = build(published, tmp_path / "built", corpus)
    assert (report.embedded, report.reused) == ((8, 0) if lost else (4, 4))
    assert sum(name.endswith("-passages") for name in names(published)) == 1
    assert len(follow(published, tmp_path / "copy").search_dense(EMBEDDINGS.embed([DEATHS])[0], 5)) == 3


def test_the_fixture_says_why_it_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.chroma_server.find_program", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert "make install" in str(skips_here())
    monkeypatch.setenv("CI", "true")
    assert skips_here() is None
    with pytest.raises(AssertionError, match="make install"), running_chroma():
        pass
