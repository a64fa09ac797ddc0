"""`isletbot corpus coverage`, on a small corpus with a suite and with questions that people asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from isletbot.storage.sql_records import SqlRecords
from tests.builders import ANSWERS, RESULTS, a_corpus, a_digest
from tests.kept import a_record, a_trace
from tests.scripted import an_answer

CASE = {"id": "c1", "turns": ["Who died?"], "kinds": ["answered"], "must": [{"fact": "two", "any": ["two of the 14"]}]}
DISAGREES = "Of the 12 people given the full dose of zimislecel, 9 (75%) were insulin independent at day 365."


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, ["corpus", "coverage", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def read_report() -> Mapping[str, Any]:
    report: Mapping[str, Any] = json.loads(run("--json").stdout)
    return report


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    draft = a_digest("draft", RESULTS.replace("zimislecel", "sorrel"), status="draft")
    second = a_digest("second", f"## Results\n\n- {DISAGREES} {{#nine}}\n")
    folder = a_corpus(tmp_path, answers=ANSWERS, draft_md=draft, second_md=second)
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(folder))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "gold.jsonl").write_text(json.dumps(CASE) + "\n")
    return folder


def test_what_the_corpus_leaves_out_is_listed_and_drafts_do_not_count(corpus: Path) -> None:
    report = read_report()
    assert (report["statements"], report["cases"]) == (4, 1)
    assert report["unasked"] == ["paper#independence", "release#followed", "second#nine"]
    assert report["unquoted"] == ["release#followed", "second#nine"]
    assert report["contradictions"] == [
        {"statements": ["paper#independence", "second#nine"], "figures": ["83 %", "75 %"]}
    ]
    assert report["unanswered"] == []
    printed = run().stdout
    assert "Statements no case asks about: 3 of 4, by 1 cases\n  paper#independence  Of the 12 people" in printed
    assert "paper#independence has 83 %, second#nine has 75 %" in printed


def test_without_a_suite_what_is_asked_is_not_known(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "evals" / "gold.jsonl").unlink()
    assert read_report()["unasked"] is None
    assert "not known, since no suite" in run().stdout


def test_questions_of_thirty_days_that_nothing_answers_are_counted_in_the_same_words(
    corpus: Path, tmp_path: Path
) -> None:
    records, now = SqlRecords.open(None, tmp_path / "data"), datetime.now(UTC)
    for number, (words, days) in enumerate((("Pigs?", 1), ("pigs", 2), ("Cows?\x1b[2J", 3), ("Old?", 40))):
        answer = an_answer("not_in_corpus", id=f"n{number}", trace=a_trace(words))
        records.keep_answer(a_record(f"n{number}", words, answer=answer, at=now - timedelta(days=days)))
    records.close()
    assert read_report()["unanswered"] == [
        {"question": "Pigs?", "count": 2},
        {"question": "Cows?\x1b[2J", "count": 1},
    ]
    assert "    2 times  Pigs?" in run().stdout
    assert "\x1b" not in run().stdout


def test_the_report_makes_no_records(corpus: Path, tmp_path: Path) -> None:
    run()
    assert not (tmp_path / "data").exists()
