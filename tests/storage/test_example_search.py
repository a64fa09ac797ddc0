"""Messages whose answer is known: the nearest are found, and their vectors are made once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from isletbot.corpus import Example, Kept
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ports import Vectors
from isletbot.storage.example_search import ExampleSearch, open_examples

EXAMPLES = (
    Example("did anyone come off insulin", ("off-insulin",)),
    Example("how many people died", ("deaths",)),
    Example("what will it cost", ()),
)


class CountingEmbeddings(HashEmbeddings):
    """Knows what it was asked to embed."""

    def __init__(self, dimensions: int = 64) -> None:
        super().__init__(dimensions)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().embed(texts)


def open_in(
    folder: Path, examples: Sequence[Example] = EXAMPLES, dimensions: int = 64, version: str = ""
) -> tuple[ExampleSearch, list[str]]:
    """The search, and what had to be embedded for it. Each list of examples has a version of its own."""
    embeddings = CountingEmbeddings(dimensions)
    search = open_examples(folder, version or str(examples), lambda: examples, embeddings, lambda *_: None)
    return search, embeddings.embedded


def find(search: ExampleSearch, text: str, limit: int = 1) -> list[tuple[str, ...]]:
    return [hit.example.answers for hit in search.nearest(HashEmbeddings(64).embed([text])[0], limit)]


def test_the_nearest_come_first(tmp_path: Path) -> None:
    search, _ = open_in(tmp_path)
    vector = HashEmbeddings(64).embed(["how many people died in it"])[0]
    hits = search.nearest(vector, 3)
    assert hits[0].example == EXAMPLES[1]
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)
    assert hits[0].similarity == pytest.approx(
        float(HashEmbeddings(64).embed([EXAMPLES[1].text])[0] @ vector), abs=1e-2
    )


@pytest.mark.parametrize(("limit", "found"), [(1, 1), (2, 2), (3, 3), (50, 3)])
def test_as_many_are_found_as_asked_for_and_there_are(tmp_path: Path, limit: int, found: int) -> None:
    search, _ = open_in(tmp_path)
    assert len(set(find(search, "did it cost many people", limit))) == found


def test_a_search_of_nothing_finds_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        search, embedded = open_in(tmp_path, ())
        assert find(search, "anything", 5) == embedded == []


def test_vectors_are_made_once_and_found_again(tmp_path: Path) -> None:
    first, made = open_in(tmp_path)
    again, made_again = open_in(tmp_path)
    assert made == [example.text for example in EXAMPLES]
    assert made_again == []
    vector = HashEmbeddings(64).embed(["what did it cost"])[0]
    told = [[(hit.example.answers, hit.similarity) for hit in search.nearest(vector, 3)] for search in (first, again)]
    assert told[0] == told[1]
    [kept] = tmp_path.iterdir()
    assert kept.match("examples-words-64-*.npz")


def test_the_texts_are_not_read_while_their_version_is_the_same(tmp_path: Path) -> None:
    def read() -> Sequence[Example]:
        raise AssertionError("read")

    open_in(tmp_path, version="v1")
    search = open_examples(tmp_path, "v1", read, HashEmbeddings(64), lambda *_: None)
    assert find(search, "how many people died") == [("deaths",)]
    with pytest.raises(AssertionError, match="read"):
        open_examples(tmp_path, "v2", read, HashEmbeddings(64), lambda *_: None)


def test_several_answers_of_a_message_are_kept(tmp_path: Path) -> None:
    for _ in range(2):
        search, _ = open_in(tmp_path, (Example("how did it go", ("off-insulin", "deaths")), Example("who paid", ())))
        assert find(search, "how did it go", 2) == [("off-insulin", "deaths"), ()]


def test_a_label_that_changes_needs_no_vector(tmp_path: Path) -> None:
    open_in(tmp_path)
    search, made = open_in(tmp_path, (*EXAMPLES[:2], Example(EXAMPLES[2].text, ("cost",))))
    [hit] = search.nearest(HashEmbeddings(64).embed(["what will it cost"])[0], 1)
    assert (hit.example.answers, made) == (("cost",), [])


@pytest.mark.parametrize(
    ("changed", "new"),
    [
        (EXAMPLES[:2], []),
        (EXAMPLES[::-1], []),
        ((*EXAMPLES, Example("who made it", ()), Example("who made it", ())), ["who made it"]),
    ],
)
def test_only_texts_that_are_new_are_embedded(tmp_path: Path, changed: tuple[Example, ...], new: list[str]) -> None:
    open_in(tmp_path)
    search, made = open_in(tmp_path, changed)
    assert made == new
    assert find(search, "how many people died") == [("deaths",)]
    assert find(search, "did anyone come off insulin") == [("off-insulin",)]
    assert open_in(tmp_path, changed)[1] == []


def test_other_weights_embed_anew_and_keep_a_file_of_their_own(tmp_path: Path) -> None:
    open_in(tmp_path)
    assert len(open_in(tmp_path, dimensions=32)[1]) == 3
    assert open_in(tmp_path)[1] == []
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("keep", [0, 1, 20, 200, -1, -30])
def test_a_file_that_was_cut_is_made_anew(tmp_path: Path, keep: int) -> None:
    open_in(tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:keep])
    search, made = open_in(tmp_path)
    assert len(made) == 3
    assert find(search, "how many people died") == [("deaths",)]
    assert open_in(tmp_path)[1] == []


def test_a_file_of_somebody_else_is_made_anew(tmp_path: Path) -> None:
    np.savez(tmp_path / "examples-words-64.npz", other=np.zeros(3))
    assert len(open_in(tmp_path)[1]) == 3
    assert open_in(tmp_path)[1] == []


def test_a_folder_that_cannot_be_written_only_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "taken").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        search, _ = open_in(tmp_path / "taken")
    assert find(search, "how many people died") == [("deaths",)]
    assert "cannot be written" in caplog.text
    assert "the next start embeds the question bank again" in caplog.text


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    many = [Example(f"question {number}", ()) for number in range(600)]
    seen: list[tuple[str, int, int]] = []
    open_examples(tmp_path, "v1", lambda: many, HashEmbeddings(16), lambda *told: seen.append(told))
    assert [done for _, done, _ in seen] == [0, 256, 512, 600]
    assert {total for _, _, total in seen} == {600}


def test_another_corpus_has_a_file_of_its_own_and_takes_vectors_over(tmp_path: Path) -> None:
    embeddings = HashEmbeddings(64)
    few = EXAMPLES[:1]
    open_examples(tmp_path, "large", lambda: EXAMPLES, embeddings, lambda *_: None)
    told: list[tuple[str, int, int]] = []
    open_examples(tmp_path, "small", lambda: few, embeddings, lambda *progress: told.append(progress))
    assert told == [("embedding the question bank", 0, 0)]
    never = open_examples(tmp_path, "large", lambda: pytest.fail("read again"), embeddings, lambda *_: None)
    assert len(never.nearest(embeddings.embed(["what did it cost"])[0], 9)) == len(EXAMPLES)


def test_messages_about_somebodys_own_case_are_found_only_where_they_are_asked_for(tmp_path: Path) -> None:
    own = Example("could I stop insulin too", ("off-insulin",), personal=True)
    _, first = open_in(tmp_path, (*EXAMPLES, own), version="own")
    search, again = open_in(tmp_path, (*EXAMPLES, own), version="own")
    assert (own.text in first, again) == (True, [])
    [vector] = HashEmbeddings(64).embed([own.text])
    [nearest] = search.nearest(vector, 1, personal=True)
    assert (nearest.example.answers, nearest.example.personal) == (own.answers, True)
    assert not any(hit.example.personal for hit in search.nearest(vector, 99))
    assert len(search.nearest(vector, 99)) == len(EXAMPLES)


def test_messages_that_ask_for_one_answer_are_found_nearest_first_and_kept_with_their_labels(tmp_path: Path) -> None:
    asking = (
        Example("how many came off", ("off-insulin",), kept=Kept((1, 0), ordered=True, complete=False)),
        Example("did anyone come off insulin at all", ("off-insulin",), kept=Kept((2,))),
        Example("who came off, no sentence says", ("off-insulin",), kept=Kept(())),
        Example("how many people died there", ("deaths",), kept=Kept((0,))),
        Example("did anyone come off insulin and die", ("off-insulin", "deaths")),
        Example("can I come off insulin", ("off-insulin",), personal=True),
    )
    [vector] = HashEmbeddings(64).embed(["did anyone come off insulin"])
    for _ in range(2):
        search, _ = open_in(tmp_path, (*EXAMPLES, *asking))
        hits = search.asking(vector, "off-insulin")
        assert [hit.example.kept for hit in hits[:2]] == [None, Kept((2,))]
        assert {hit.example.kept for hit in hits} == {
            Kept((1, 0), ordered=True, complete=False),
            Kept((2,)),
            Kept(()),
            None,
        }
        assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)
    assert search.asking(vector, "cost") == ()
