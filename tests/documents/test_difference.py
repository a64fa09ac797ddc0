"""What a draft would change, and what rests on the words that change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.documents.difference import StatementChange, compare_draft
from isletbot.errors import UserError
from isletbot.ingestion.load import load_corpus
from tests.builders import ANSWERS, DEATHS, INDEPENDENCE, a_corpus

CHANGED = INDEPENDENCE.replace("10 (83%)", "9 (75%)")
COVERAGE = "A1.1: [paper#independence]\nA1.2: [paper#deaths]\n"
CASES = (
    {"id": "one", "cite": ["paper"], "basis": "A1"},
    {"id": "deaths", "cite": ["paper"], "basis": "A1.2"},
    {"id": "unknown", "cite": ["paper", "release"]},
    {"id": "other", "cite": ["release"], "basis": "A1.1"},
)


def a_draft(tmp_path: Path, before: str, after: str) -> CorpusFolder:
    folder = CorpusFolder(a_corpus(tmp_path, ANSWERS, coverage_yaml=COVERAGE))
    folder.draft("paper").parent.mkdir()
    folder.draft("paper").write_text(folder.served("paper").read_text("utf-8").replace(before, after), "utf-8")
    (tmp_path / "gold.jsonl").write_text("".join(f"{json.dumps(case)}\n" for case in CASES) + "no JSON\n", "utf-8")
    return folder


def test_a_changed_statement_names_the_answers_and_the_cases_it_touches(tmp_path: Path) -> None:
    folder = a_draft(tmp_path, INDEPENDENCE, CHANGED)
    found = compare_draft(folder, "paper", load_corpus(folder.path), tmp_path)
    assert found.changes == (StatementChange("independence", INDEPENDENCE, CHANGED),)
    assert found.answers == ("off-insulin",)
    assert found.cases == ("gold.jsonl: one", "gold.jsonl: unknown")


def test_a_statement_that_goes_and_one_that_comes_are_told_apart(tmp_path: Path) -> None:
    folder = a_draft(tmp_path, f"- {DEATHS} {{#deaths}}", "- Nobody left the study. {#left}")
    found = compare_draft(folder, "paper", load_corpus(folder.path), tmp_path)
    assert found.changes == (
        StatementChange("deaths", DEATHS, ""),
        StatementChange("left", "", "Nobody left the study."),
    )
    assert "gold.jsonl: deaths" in found.cases


def test_words_around_statements_touch_nothing(tmp_path: Path) -> None:
    folder = a_draft(tmp_path, "## Results", "## page 2, Results")
    found = compare_draft(folder, "paper", load_corpus(folder.path), tmp_path)
    assert (found.changes, found.answers, found.cases) == ((), (), ())


def test_a_source_without_a_draft_is_named(tmp_path: Path) -> None:
    folder = a_draft(tmp_path, "", "")
    with pytest.raises(UserError, match=r"There is no draft of 'release'. There are: paper."):
        compare_draft(folder, "release", None, tmp_path)
