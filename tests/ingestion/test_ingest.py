from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from isletbot.errors import CorpusError, IndexCorrupt, IndexNotReady
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion import index_folder
from isletbot.ingestion.index_folder import index_state
from isletbot.ingestion.ingest import IndexReport, build_index
from isletbot.ingestion.load import load_corpus
from isletbot.ports import Vectors
from isletbot.storage import chroma_writer, passage_vectors
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.chroma_writer import ChromaWriter
from tests.builders import DEATHS, RESULTS, a_corpus, a_digest

ROOT = Path(__file__).parents[2]


class CountingEmbeddings(HashEmbeddings):
    def __init__(self, dimensions: int = 32) -> None:
        super().__init__(dimensions)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().embed(texts)


def build(corpus: Path, index: Path, dimensions: int = 32, rebuild: bool = False) -> tuple[IndexReport, list[str]]:
    embeddings = CountingEmbeddings(dimensions)
    report = build_index(corpus, index, embeddings, ChromaWriter(), rebuild=rebuild)
    return report, embeddings.embedded


def statements(index: Path, dimensions: int = 32) -> list[str]:
    passages = ChromaPassages.open(index, HashEmbeddings(dimensions).digest)
    try:
        found = [hit.key for hit in passages.search_dense(HashEmbeddings(dimensions).embed([DEATHS])[0], 100)]
        return sorted(passage.text for passage in passages.passages(found))
    finally:
        passages.close()


def test_a_build_serves_and_says_what_it_did(tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    report = build_index(corpus, index, HashEmbeddings(32), ChromaWriter(), progress=lambda *what: said.append(what))
    assert (report.passages, report.vectors, report.embedded, report.reused) == (3, 8, 8, 0)
    assert len(statements(index)) == 3
    assert said[0] == ("embedding", 0, 8)
    assert said[-1] == ("writing", 1, 1)


def test_a_second_build_of_the_same_corpus_embeds_and_writes_nothing(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    first, _ = build(corpus, index)
    files = {path: path.stat().st_mtime_ns for path in index.rglob("*") if path.is_file() and path.name != ".lock"}
    second, embedded = build(corpus, index)
    assert (second.version, second.embedded, second.reused, embedded) == (first.version, 0, 8, [])
    assert {path: path.stat().st_mtime_ns for path in files} == files


def test_only_what_changed_is_embedded_again(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    build(corpus, index)
    changed = a_digest(body=RESULTS.replace("Did anyone die?", "Were there deaths?"))
    report, embedded = build(a_corpus(tmp_path, paper_md=changed), index)
    assert embedded == ["Were there deaths?"]
    assert (report.embedded, report.reused) == (1, 7)
    assert len(statements(index)) == 3


def test_vectors_of_other_weights_are_never_reused(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    build(corpus, index)
    report, _ = build(corpus, index, dimensions=16)
    assert (report.embedded, report.reused) == (8, 0)
    assert len(statements(index, dimensions=16)) == 3


def test_a_source_that_is_not_approved_is_not_in_the_index_at_all(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path, paper_md=a_digest(status="withdrawn")), tmp_path / "index"
    report, embedded = build(corpus, index)
    assert report.passages == 1
    assert DEATHS not in embedded
    assert not [path for path in index.rglob("*") if path.is_file() and DEATHS.encode() in path.read_bytes()]


def test_an_index_with_no_approved_source_finds_nothing(tmp_path: Path) -> None:
    digests = {f"{name}_md": a_digest(name, status="draft") for name in ("paper", "release")}
    corpus = a_corpus(tmp_path, cautions_yaml=None, **digests)
    assert build(corpus, tmp_path / "index")[0].vectors == 0
    assert statements(tmp_path / "index") == []


def test_a_broken_corpus_leaves_the_index_of_before_serving(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(a_corpus(tmp_path), index)
    with pytest.raises(CorpusError):
        build(a_corpus(tmp_path, paper_md=a_digest(evidence="blog")), index)
    assert len(statements(index)) == 3


def test_the_state_tells_ready_from_missing_and_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index, weights = a_corpus(tmp_path), tmp_path / "index", HashEmbeddings(32).digest
    version = load_corpus(corpus).version
    assert index_state(index, version, weights) == "missing"
    build(corpus, index)
    assert index_state(index, version, weights) == "ready"
    assert index_state(index, "another", weights) == "stale"
    assert index_state(index, version, "others") == "stale"
    monkeypatch.setattr(index_folder, "INDEX_FORMAT", 999)
    assert index_state(index, version, weights) == "stale"


def test_the_version_before_is_kept_for_who_still_reads_it_and_older_ones_go(tmp_path: Path) -> None:
    index = tmp_path / "index"
    versions = [build(a_corpus(tmp_path, paper_md=a_digest(title=name)), index)[0].version for name in "abc"]
    assert {path.name for path in index.iterdir() if path.is_dir()} == set(versions[1:])
    assert (index / "CURRENT").read_text().strip() == versions[2]


def test_a_reader_answers_on_while_the_index_is_rebuilt_around_it(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    build(corpus, index)
    reader = ChromaPassages.open(index, HashEmbeddings(32).digest)
    build(corpus, index, rebuild=True)
    assert len(reader.search_dense(HashEmbeddings(32).embed([DEATHS])[0], 10)) == 3
    reader.close()
    assert len(statements(index)) == 3


def test_a_rebuild_trusts_nothing_that_is_there(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    version = build(corpus, index)[0].version
    (index / version / "manifest.json").write_text("{")
    with pytest.raises(IndexCorrupt, match=r"manifest\.json.*isletbot index --rebuild"):
        statements(index)
    report, _ = build(corpus, index, rebuild=True)
    assert (report.embedded, report.reused) == (8, 0)
    assert len(statements(index)) == 3


def test_a_pointer_that_names_no_version_is_corrupt(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    build(corpus, index)
    (index / "CURRENT").write_text("../../etc\n")
    with pytest.raises(IndexCorrupt, match="CURRENT"):
        statements(index)
    build(corpus, index)
    assert len(statements(index)) == 3


BUILD_FOREVER = """
import itertools, pathlib, sys
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.ingest import build_index
from isletbot.storage.chroma_writer import ChromaWriter
corpus, index = map(pathlib.Path, sys.argv[1:])
digest = corpus / "paper.md"
for number in itertools.count():
    title = f"title: number {number}\\n"
    lines = digest.read_text().splitlines(keepends=True)
    digest.write_text("".join(title if line.startswith("title:") else line for line in lines))
    build_index(corpus, index, HashEmbeddings(32), ChromaWriter(), rebuild=number % 2 == 1)
    print(number, flush=True)
"""


def test_a_kill_at_any_moment_leaves_an_index_that_serves(tmp_path: Path) -> None:
    corpus, index = a_corpus(tmp_path), tmp_path / "index"
    build(corpus, index)
    for moment in range(8):
        builder = subprocess.Popen(
            [sys.executable, "-c", BUILD_FOREVER, str(corpus), str(index)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
        )
        assert builder.stdout is not None
        builder.stdout.readline()  # it builds again and again: kill it somewhere in the next build
        time.sleep(moment * 0.011)
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        builder.stdout.close()
        assert len(statements(index)) == 3
    a_corpus(tmp_path)
    build(corpus, index)
    assert len(statements(index)) == 3
    assert not list(index.glob(".building-*"))


class Killed(BaseException):
    """As a kill: nobody tidies up."""


def a_large_corpus(folder: Path, statements: int = 40) -> Path:
    lines = [f"- Statement {number} speaks of topic{number}. {{#s{number}}}" for number in range(statements)]
    body = "## Many\n\n" + "\n".join(lines) + "\n"
    return a_corpus(folder, paper_md=a_digest(body=body), cautions_yaml=None, release_md=None)


def build_until(corpus: Path, index: Path, texts: int, rebuild: bool = False) -> list[str]:
    """Builds, and is killed when so many texts are embedded. Returns what was embedded."""

    class Mortal(CountingEmbeddings):
        def embed(self, some: Sequence[str]) -> Vectors:
            if len(self.embedded) >= texts:
                raise Killed
            return super().embed(some)

    embeddings = Mortal()
    with suppress(Killed):
        build_index(corpus, index, embeddings, ChromaWriter(), rebuild=rebuild)
    return embeddings.embedded


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage_vectors, "_AT_ONCE", 5)
    monkeypatch.setattr(chroma_writer, "SYNC_AFTER", 12)


@pytest.mark.usefixtures("small_batches")
def test_a_killed_build_goes_on_where_it_was_and_finds_the_same(tmp_path: Path) -> None:
    corpus, index = a_large_corpus(tmp_path), tmp_path / "index"
    first = build_until(corpus, index, 10)
    second = build_until(corpus, index, 15)
    report, third = build(corpus, index)
    assert len({*first, *second, *third}) == len((*first, *second, *third)) == 40
    assert (report.embedded, report.reused) == (len(third), len(first) + len(second))
    build(corpus, tmp_path / "whole")
    for folder in (index, tmp_path / "whole"):
        assert len(statements(folder)) == 40
        passages = ChromaPassages.open(folder, HashEmbeddings(32).digest, exact_up_to=0)
        vectors = HashEmbeddings(32).embed([f"Statement {number} speaks of topic{number}." for number in range(40)])
        found = [passages.passages([passages.search_dense(vector, 1)[0].key])[0].statement for vector in vectors]
        passages.close()
        assert found == [f"paper#s{number}" for number in range(40)]
    one, other = (next(folder.glob("*/vectors.npy")).read_bytes() for folder in (index, tmp_path / "whole"))
    assert one == other
    assert not list(index.glob(".building-*"))


@pytest.mark.usefixtures("small_batches")
def test_half_a_build_is_never_served_and_the_one_before_is(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(a_corpus(tmp_path), index)
    corpus = a_large_corpus(tmp_path)
    build_until(corpus, index, 20)
    assert DEATHS in statements(index)
    build(a_corpus(tmp_path, paper_md=a_digest(title="another")), index)
    assert not list(index.glob(".building-*"))
    assert DEATHS in statements(index)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("damage", ["vectors", "database", "rebuild"])
def test_half_a_build_that_is_damaged_or_not_trusted_is_never_gone_on_with(tmp_path: Path, damage: str) -> None:
    corpus, index = a_large_corpus(tmp_path), tmp_path / "index"
    build_until(corpus, index, 20)
    if damage == "vectors":
        next(index.glob(".building-*/vectors.npy")).write_bytes(b"")
    elif damage == "database":
        next(index.glob(".building-*/chroma/chroma.sqlite3")).write_bytes(b"\xff" * 4096)
    if damage != "rebuild":
        with pytest.raises(IndexCorrupt, match=r"killed build .* is removed\. Run: isletbot index"):
            build(corpus, index)
    report, _ = build(corpus, index, rebuild=damage == "rebuild")
    assert (report.embedded, report.reused) == (40, 0)
    assert len(statements(index)) == 40


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    class Broken(HashEmbeddings):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        build_index(a_corpus(tmp_path), tmp_path / "index", Broken(32), ChromaWriter())
    assert [path.name for path in (tmp_path / "index").iterdir()] == [".lock"]


def test_two_builders_at_once_both_end_with_one_index_that_serves(tmp_path: Path) -> None:
    index = tmp_path / "index"
    once = BUILD_FOREVER.replace("itertools.count()", "range(3)")
    builders = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        command = [sys.executable, "-c", once, str(a_corpus(tmp_path / name)), str(index)]
        env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        builders.append(subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL))
    assert [builder.wait(timeout=120) for builder in builders] == [0, 0]
    assert len(statements(index)) == 3


def test_no_index_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(IndexNotReady, match="isletbot index"):
        statements(tmp_path / "index")
    build(a_corpus(tmp_path), tmp_path / "index")
    with pytest.raises(IndexNotReady, match="words-32"):
        statements(tmp_path / "index", dimensions=16)
