"""Suites are read as cases that ask about statements, and answers as what quotes them."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from isletbot.errors import InputError
from isletbot.ingestion.load import load_corpus
from isletbot.live.coverage_survey import CoverageSurvey, describe_answers, read_asked_cases
from tests.builders import ANSWERS, a_corpus

CASE = {"id": "c1", "turns": ["Who died?"], "kinds": ["answered"], "basis": "B1.2, P5", "cite": ["paper"]}
OTHERS = (
    {"id": "c2", "turns": ["Price?"], "kinds": ["not_in_corpus"], "basis": "B1.1"},
    {"id": "c3", "digest": "---", "question": "Who?", "must_refuse": True, "must_not": []},
)


def write_suite(folder: Path, *cases: object) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "gold.jsonl"
    path.write_text("".join(f"{json.dumps(case)}\n" for case in cases))
    return path


def test_cases_that_the_sources_answer_are_read_and_no_others(tmp_path: Path) -> None:
    write_suite(tmp_path / "evals", CASE, *OTHERS)
    (found,) = read_asked_cases(tmp_path / "evals", tmp_path / "none")
    assert (found.facts, found.sources) == ({"B1.2", "P5"}, {"paper"})


def test_a_suite_that_changed_is_read_again_and_a_broken_one_named(tmp_path: Path) -> None:
    path = write_suite(tmp_path / "evals", CASE)
    assert len(read_asked_cases(tmp_path / "evals")) == 1
    write_suite(tmp_path / "evals", CASE, {**CASE, "id": "c9"})
    os.utime(path, ns=(1, 1))
    assert len(read_asked_cases(tmp_path / "evals")) == 2
    path.write_text("no\n")
    os.utime(path, ns=(2, 2))
    with pytest.raises(InputError, match="not JSON"):
        read_asked_cases(tmp_path / "evals")


def test_an_answer_that_is_over_quotes_nothing_any_more(tmp_path: Path) -> None:
    corpus = load_corpus(a_corpus(tmp_path, answers=ANSWERS))

    def survey(today: date) -> CoverageSurvey:
        return CoverageSurvey(
            passages=lambda: corpus.passages,
            facts=lambda: {"B1.2": ("paper#deaths",)},
            answers=lambda: tuple(describe_answers(corpus.answers)),
            cases=lambda: read_asked_cases(write_suite(tmp_path / "evals", CASE).parent),
            list_gaps=lambda since: (),
            today=lambda: today,
        )

    before, after = survey(date(2026, 11, 30)).make_report(), survey(date(2027, 2, 1)).make_report()
    assert [passage.statement for passage in before.unquoted] == ["release#followed"]
    assert len(after.unquoted) == after.statements == 3
    assert [passage.statement for passage in before.unasked] == ["paper#independence", "release#followed"]
    assert [(one.what, one.due) for one in after.due] == [("end", date(2027, 1, 31))]
