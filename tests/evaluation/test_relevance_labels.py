"""Relevance and directness by labelled questions, on replies that are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.relevance_labels import judge_replies, measure_relevance, read_labels
from isletbot.ingestion.load import load_corpus
from isletbot.types import Quote, Sentence
from tests.builders import a_passage
from tests.scripted import ScriptedBot, an_answer

ROOT = Path(__file__).parents[2]
LABEL = {"id": "r1", "question": "Who died?", "answers": ["paper#deaths"], "belongs": ["paper#causes"]}
DEATHS, CAUSES, PAID = (
    replace(a_passage(name), key=name, statement=f"paper#{name}") for name in ("deaths", "causes", "paid")
)


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def says(*names: str) -> object:
    return replace(an_answer(), sentences=tuple(Sentence(name, (Quote(name, name, 0, 1),)) for name in names))


def find(keys: object) -> list[object]:
    return [passage for passage in (DEATHS, CAUSES, PAID) if passage.key in keys]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("said", "relevance", "directness"),
    [
        (("deaths", "causes"), 1.0, 1.0),
        (("causes", "deaths"), 1.0, 0.0),
        (("deaths", "paid"), 0.5, 1.0),
        (("paid",), 0.0, 0.0),
    ],
)
def test_a_sentence_counts_by_the_statement_it_rests_on(
    tmp_path: Path, said: tuple[str, ...], relevance: float, directness: float
) -> None:
    labels = read_labels(write(tmp_path / "r.jsonl", LABEL))
    judged = tuple(judge_replies(ScriptedBot([says(*said)]), labels, find))  # type: ignore[arg-type, list-item]
    assert {one.name: one.value for one in measure_relevance(judged)} == {
        "relevance": relevance,
        "directness": directness,
    }


def test_a_reply_without_a_sentence_is_not_direct_and_has_nothing_off_the_point(tmp_path: Path) -> None:
    labels = read_labels(write(tmp_path / "r.jsonl", LABEL))
    judged = tuple(judge_replies(ScriptedBot([says()]), labels, find))  # type: ignore[arg-type, list-item]
    assert {one.name: one.value for one in measure_relevance(judged)} == {"directness": 0.0}


@pytest.mark.parametrize(
    "changes", [{"answers": []}, {"answers": ["deaths"]}, {"belongs": "paper#x"}, {"question": ""}]
)
def test_a_label_that_is_none_is_named(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"r.jsonl:1"):
        read_labels(write(tmp_path / "r.jsonl", {**LABEL, **changes}))


def test_the_shipped_labels_are_150_and_name_statements_of_the_corpus() -> None:
    labels = read_labels(ROOT / "evals" / "relevance.jsonl")
    known = {passage.statement for passage in load_corpus(ROOT / "corpus").passages}
    assert len(labels) == len({label.question for label in labels}) == 150
    assert {name for label in labels for name in label.answers | label.belongs} <= known
