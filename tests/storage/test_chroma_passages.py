"""What every PassageIndex must do, tried on all; then what only the one on disk can get wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from isletbot.errors import IndexCorrupt
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.ingest import build_index
from isletbot.ingestion.load import load_corpus
from isletbot.ports import PassageIndex
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.storage.index_mirror import IndexMirror, ServerWriter
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.published_index import PublishedIndex
from tests.builders import DEATHS, INDEPENDENCE, PROGRAMME, a_corpus, a_digest

EMBEDDINGS = HashEmbeddings(256)
DRAFT = "## Draft\n\n- Zimislecel cured everyone who came off insulin. {#cured}\n  ? Did anyone come off insulin?\n"
Open = Callable[[Path], PassageIndex]


@pytest.fixture(params=["chroma", "memory", "server"])
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    opened: list[ChromaPassages] = []

    def build(corpus: Path) -> PassageIndex:
        if request.param == "memory":
            return MemoryPassages(load_corpus(corpus), EMBEDDINGS)
        if request.param == "server":
            published = PublishedIndex(request.getfixturevalue("chroma_server"), EMBEDDINGS.digest)
            build_index(corpus, tmp_path / "built", EMBEDDINGS, ServerWriter(published))
            mirror = IndexMirror(tmp_path / "copy", published, EMBEDDINGS.digest)
            mirror.follow()
            return mirror.open(exact_up_to=0)
        build_index(corpus, tmp_path / "index", EMBEDDINGS, ChromaWriter())
        opened.append(ChromaPassages.open(tmp_path / "index", EMBEDDINGS.digest))
        return opened[-1]

    yield build
    for index in opened:
        index.close()


@pytest.fixture
def index(open_index: Open, tmp_path: Path) -> PassageIndex:
    return open_index(a_corpus(tmp_path, draft_md=a_digest("draft", DRAFT, status="draft")))


def texts(index: PassageIndex, keys: list[str]) -> list[str]:
    return [passage.text for passage in index.passages(keys)]


def test_it_holds_what_was_written_to_the_last_character(index: PassageIndex, tmp_path: Path) -> None:
    corpus = load_corpus(tmp_path / "corpus")
    assert index.everything() == tuple(passage for passage in corpus.passages if passage.source.status == "approved")
    assert index.sources == tuple(source for source in corpus.sources if source.status == "approved")
    assert index.cautions == corpus.cautions
    assert index.glossary == corpus.glossary
    for passage in index.everything():
        assert index.source_text(passage.source.id)[passage.start : passage.end] == passage.text


def test_passages_come_in_the_order_of_their_keys_and_unknown_ones_are_left_out(index: PassageIndex) -> None:
    first, second, third = index.everything()
    assert index.passages([third.key, "kunknown", first.key]) == (third, first)
    assert second not in index.passages([])


def test_dense_search_finds_a_statement_by_a_question_it_answers(index: PassageIndex) -> None:
    hits = index.search_dense(EMBEDDINGS.embed(["Did anyone come off insulin?"])[0], 3)
    assert texts(index, [hit.key for hit in hits])[0] == INDEPENDENCE
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_dense_search_finds_a_statement_by_its_own_words(index: PassageIndex) -> None:
    best = index.search_dense(EMBEDDINGS.embed([DEATHS])[0], 1)[0]
    assert texts(index, [best.key]) == [DEATHS]
    assert best.score <= 1 + 1e-3


def test_a_misreading_finds_the_statement_that_sets_it_right(index: PassageIndex) -> None:
    misreading = "they were insulin-free for a whole year"
    best = index.search_dense(EMBEDDINGS.embed([misreading])[0], 1)[0]
    assert texts(index, [best.key]) == [INDEPENDENCE]
    assert texts(index, [index.search_lexical(misreading, 1)[0].key]) == [INDEPENDENCE]


def test_dense_search_returns_each_passage_once_and_as_many_as_asked_for(index: PassageIndex) -> None:
    vector = EMBEDDINGS.embed(["insulin"])[0]
    for limit in (1, 2, 3, 50):
        keys = [hit.key for hit in index.search_dense(vector, limit)]
        assert len(keys) == len(set(keys)) == min(limit, 3)


def test_lexical_search_knows_word_forms(index: PassageIndex) -> None:
    hits = index.search_lexical("dying deaths follow", 5)
    assert set(texts(index, [hit.key for hit in hits])) >= {PROGRAMME}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_lexical_search_tells_numbers_apart(open_index: Open, tmp_path: Path) -> None:
    body = "## R\n\n- Group A had type 1 diabetes. {#a}\n- Group B had type 2 diabetes and 7.4 units. {#b}\n"
    index = open_index(a_corpus(tmp_path, paper_md=a_digest(body=body), cautions_yaml=None))
    assert [p.statement for p in index.passages([index.search_lexical("type 2", 1)[0].key])] == ["paper#b"]
    assert len(index.search_lexical("7.4", 5)) == 1


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "the of and", "Ozempic", "\u200b", "日本語"])
def test_lexical_search_leaves_out_what_shares_no_word(index: PassageIndex, nothing: str) -> None:
    assert index.search_lexical(nothing, 5) == ()


def test_what_is_not_approved_is_found_by_neither_search(index: PassageIndex) -> None:
    question = "Did anyone come off insulin?"
    found = (*index.search_dense(EMBEDDINGS.embed([question])[0], 50), *index.search_lexical(question, 50))
    assert len(index.passages([hit.key for hit in found])) == len(found)
    assert "cured" not in "".join(passage.text for passage in index.everything())
    assert index.source_text("draft") == ""


def test_many_nearer_drafts_do_not_crowd_out_what_is_approved(open_index: Open, tmp_path: Path) -> None:
    lines = [
        f"- Insulin {number} came off insulin. {{#s{number}}}\n  ? Did anyone come off insulin?" for number in range(60)
    ]
    crowd = a_digest("crowd", "## Crowd\n\n" + "\n".join(lines) + "\n", status="draft")
    index = open_index(a_corpus(tmp_path, crowd_md=crowd))
    assert len(index.search_dense(EMBEDDINGS.embed(["Did anyone come off insulin?"])[0], 3)) == 3


def test_searches_from_many_threads_agree(index: PassageIndex) -> None:
    questions = ["Did anyone die?", "insulin independent", "followed for one year", "zimislecel"] * 5
    expected = [index.search_lexical(question, 3) for question in questions]
    found: dict[int, object] = {}

    def search(row: int) -> None:
        index.search_dense(EMBEDDINGS.embed([questions[row]])[0], 3)
        found[row] = index.search_lexical(questions[row], 3)

    threads = [threading.Thread(target=search, args=(row,)) for row in range(len(questions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[row] for row in range(len(questions))] == expected


def test_both_kinds_of_index_find_the_same(tmp_path: Path) -> None:
    corpus = a_corpus(tmp_path)
    build_index(corpus, tmp_path / "index", EMBEDDINGS, ChromaWriter())
    on_disk = ChromaPassages.open(tmp_path / "index", EMBEDDINGS.digest)
    in_memory = MemoryPassages(load_corpus(corpus), EMBEDDINGS)
    assert on_disk.version == in_memory.version
    for question in ("Did anyone die?", "insulin", "how long were they followed"):
        vector = EMBEDDINGS.embed([question])[0]
        one, other = on_disk.search_dense(vector, 3), in_memory.search_dense(vector, 3)
        assert [hit.key for hit in one] == [hit.key for hit in other]
        assert np.allclose([hit.score for hit in one], [hit.score for hit in other], atol=1e-5)
        assert on_disk.search_lexical(question, 3) == in_memory.search_lexical(question, 3)
    on_disk.close()


def built(tmp_path: Path) -> Path:
    report = build_index(a_corpus(tmp_path), tmp_path / "index", EMBEDDINGS, ChromaWriter())
    return tmp_path / "index" / report.version


def sealed_names() -> list[str]:
    return ["corpus.jsonl", "bm25/*.npy", "bm25/vocab*", "chroma/*/*.bin", "chroma/chroma.sqlite3", "manifest.json"]


@pytest.mark.parametrize("name", sealed_names())
@pytest.mark.parametrize("damage", ["removed", "cut short", "overwritten"])
def test_a_damaged_file_is_named_with_the_remedy_and_never_served(tmp_path: Path, name: str, damage: str) -> None:
    path = next(path for path in sorted(built(tmp_path).glob(name)) if path.stat().st_size)
    if damage == "removed":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2] if damage == "cut short" else b"\xff" * len(data))
    with pytest.raises(IndexCorrupt) as caught:
        ChromaPassages.open(tmp_path / "index", EMBEDDINGS.digest)
    assert path.name in str(caught.value)
    assert "isletbot index --rebuild" in str(caught.value)


def test_a_database_of_another_index_is_noticed(tmp_path: Path) -> None:
    folder = built(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["vectors"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexCorrupt, match="8 vectors, not 9"):
        ChromaPassages.open(tmp_path / "index", EMBEDDINGS.digest)


def test_a_corpus_of_thousands_is_searched_by_both(tmp_path: Path) -> None:
    lines = [f"- Statement {number} speaks of topic{number}. {{#s{number}}}" for number in range(5000)]
    body = "## Many\n\n" + "\n".join(lines) + "\n"
    corpus = a_corpus(tmp_path, paper_md=a_digest(body=body), cautions_yaml=None)
    small = HashEmbeddings(64)
    build_index(corpus, tmp_path / "index", small, ChromaWriter())
    index = ChromaPassages.open(tmp_path / "index", small.digest)
    hits = index.search_lexical("topic4321", 10)
    assert texts(index, [hits[0].key]) == ["Statement 4321 speaks of topic4321."]
    near = index.search_dense(small.embed(["Statement 4321 speaks of topic4321."])[0], 100)
    assert near[0].key == hits[0].key
    assert len(near) == 100
    index.close()
