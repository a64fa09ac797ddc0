"""The skeleton of a new corpus: it keeps every rule, and serves nothing before somebody approves it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from isletbot.documents.new_corpus import write_skeleton
from isletbot.errors import InputError
from isletbot.evaluation.cases import read_suite
from isletbot.evaluation.gates import read_thresholds
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import read_bank
from isletbot.prompts import load_prompts
from isletbot.wiring.answers import make_verify

TODAY = date(2028, 2, 29)
ROOT = Path(__file__).resolve().parents[2]


def test_it_keeps_every_rule_and_nothing_of_it_is_served(tmp_path: Path) -> None:
    folder = write_skeleton(tmp_path / "to" / "gout", "gout in adults", TODAY)
    corpus = load_corpus(folder / "corpus", make_verify)
    assert (corpus.answers, [one.why for one in corpus.withheld]) == ((), ["not approved"])
    assert [(source.status, source.review_due) for source in corpus.sources] == [("draft", date(2029, 2, 28))]
    assert [passage.source.id for passage in corpus.passages] == ["first-source"] * 2
    assert (len(corpus.cautions), len(corpus.gaps), len(corpus.coverage)) == (1, 1, 2)


def test_approved_it_answers_with_its_quote(tmp_path: Path) -> None:
    folder = write_skeleton(tmp_path / "gout", "gout", TODAY)
    for name, before, after in (
        ("first-source.md", "status: draft", "status: approved"),
        ("answers/first.yaml", "approved_by:", "approved_by: Bo"),
    ):
        path = folder / "corpus" / name
        path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    [answer] = load_corpus(folder / "corpus", make_verify).answers
    assert [sentence.text for sentence in answer.sentences] == [
        "The source says one thing about gout, in one plain sentence."
    ]


def test_its_bank_suite_gates_and_texts_can_be_read_and_name_the_topic(tmp_path: Path) -> None:
    folder = write_skeleton(tmp_path / "gout", "gout", TODAY)
    assert [message.answers for message in read_bank(folder / "questions")] == [("one-thing",), ()]
    assert [case.id for case in read_suite(folder / "evals" / "gold.jsonl").cases] == ["g001"]
    assert {gate.figure for gate in read_thresholds(folder / "evals" / "thresholds.yaml").gates} == {
        "gold.pass_rate",
        "all.quote_fidelity",
    }
    prompts = load_prompts(
        ROOT / "prompts", topic=folder / "prompts", emergency="911", crisis="988", contact="a doctor"
    )
    assert "about gout" in prompts.say("greeting")
    assert prompts.files["starters.txt"] == "What is the one thing about gout?\n"
    left = [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and any(word in path.read_text("utf-8") for word in ("TITLE", "TODAY", "NEXT_YEAR", "STATEMENT", "KEY"))
    ]
    assert left == []


def test_what_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "gout").mkdir()
    with pytest.raises(InputError, match="there already"):
        write_skeleton(tmp_path / "gout", "gout", TODAY)
    assert list((tmp_path / "gout").iterdir()) == []


@pytest.mark.parametrize("title", ["", "  ", "a: b", 'say "this"', "x{#y}", "a" * 81, "a\\n[b]"])
def test_a_title_that_would_break_a_file_is_refused_and_leaves_nothing(tmp_path: Path, title: str) -> None:
    with pytest.raises(InputError, match="is not plain"):
        write_skeleton(tmp_path / "gout", title, TODAY)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_skeleton(tmp_path / "file" / "gout", "gout", TODAY)
