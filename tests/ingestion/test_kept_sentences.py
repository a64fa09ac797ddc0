"""Labels of sentences name the words they were given for, and end with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from isletbot.corpus import Corpus, Kept
from isletbot.errors import InputError
from isletbot.ingestion.kept_sentences import digest_sentences, read_kept_sentences
from isletbot.ingestion.load import load_corpus
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, a_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return load_corpus(a_corpus(tmp_path, ANSWERS), make_verify)


def test_labels_of_sentences_end_when_the_answer_changes(corpus: Corpus, tmp_path: Path) -> None:
    [answer, *_] = corpus.answers
    rows = [
        {"id": "q1", "answer": answer.id, "of": digest_sentences(answer), "keep": [1]},
        {"id": "q2", "answer": answer.id, "of": "of other sentences", "keep": [2]},
        {"id": "q3", "answer": answer.id, "of": digest_sentences(answer), "keep": [2, 1], "asked": True},
        {"id": "q4", "answer": answer.id, "of": digest_sentences(answer), "keep": [2], "asked": True, "complete": True},
    ]
    path = tmp_path / "sentences.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert read_kept_sentences(path, corpus.answers) == {
        "q1": Kept((0,)),
        "q3": Kept((1, 0), ordered=True, complete=False),
        "q4": Kept((1,), ordered=True),
    }
    assert read_kept_sentences(tmp_path / "none.jsonl", corpus.answers) == {}


@pytest.mark.parametrize("line", ["{}", "no json", '{"id": "q1", "answer": "a", "of": "b", "keep": "first"}', "[]"])
def test_a_broken_label_is_named_with_its_line(corpus: Corpus, tmp_path: Path, line: str) -> None:
    (tmp_path / "sentences.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(InputError, match=r"sentences\.jsonl:1: no label of sentences"):
        read_kept_sentences(tmp_path / "sentences.jsonl", corpus.answers)
