"""`eval run` and `eval compare` as people use them, on a corpus of two digests with stand-in weights."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from isletbot.evaluation.targets import TargetError
from tests.builders import a_corpus
from tests.grading import StubTarget, a_reply

THRESHOLDS = "margin: 0.01\ngates:\n  - {figure: mine.pass_rate, at_least: 0.9, why: all must pass}\n"
CASE = {"id": "a", "turns": ["Hi?"], "kinds": ["not_in_corpus"]}
REPLY = a_reply(kind="not_in_corpus", text="I do not know.", sentences=[], citations=[])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    a_corpus(tmp_path)
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(tmp_path / "corpus"))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    evals = tmp_path / "evals"
    evals.mkdir()
    (evals / "thresholds.yaml").write_text(THRESHOLDS)
    rows = [CASE, {**CASE, "id": "b"}]
    (evals / "mine.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, ["eval", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def reply_with(monkeypatch: pytest.MonkeyPatch, said: Any) -> StubTarget:
    target = StubTarget(said if callable(said) else lambda _case: said)
    target.name = "local"
    monkeypatch.setattr("isletbot.wiring.evaluation.make_local_target", lambda *_: target)
    return target


def test_a_run_writes_its_records_and_reports(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply_with(monkeypatch, REPLY)
    result = run("run", "mine")
    assert result.exit_code == 0
    assert "ok    mine.pass_rate" in result.stdout
    folder = home / "data" / "eval"
    assert {path.name for path in folder.iterdir()} == {
        "records.jsonl",
        "report.html",
        "report.md",
        "junit.xml",
        "figures.json",
        "history.jsonl",
    }


def test_a_gate_that_falls_short_exits_with_one_and_a_table(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply_with(monkeypatch, {**REPLY, "kind": "answered"})
    result = run("run", "mine")
    assert result.exit_code == 1
    assert "SHORT mine.pass_rate" in result.stderr


def test_falling_behind_the_baseline_is_short_until_it_is_updated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "evals" / "thresholds.yaml").write_text("margin: 0.01\ngates: []\n")
    reply_with(monkeypatch, REPLY)
    assert run("run", "mine", "--update-baseline", "first").exit_code == 0
    assert json.loads((home / "evals" / "baselines" / "offline.json").read_text())["why"] == "first"
    reply_with(monkeypatch, {**REPLY, "kind": "answered"})
    assert run("run", "mine").exit_code == 1
    assert run("run", "mine", "--update-baseline", "worse, and so be it").exit_code == 0


def test_a_run_broken_off_says_how_to_go_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = reply_with(monkeypatch, lambda case: KeyboardInterrupt() if case.id == "b" else REPLY)
    result = run("run", "mine")
    assert result.exit_code == 130
    assert "1 of 2 are kept; go on with --resume" in result.stderr
    target = reply_with(monkeypatch, REPLY)
    assert run("run", "mine", "--resume").exit_code == 0
    assert target.asked == ["b"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "There is no suite"),
        (["mine", "--target", "somewhere"], "A target is"),
        (["mine", "--repeat", "0"], "repeat"),
        (["mine", "--judge", "nowhere:Chat"], "MODULE:CLASS#MODEL"),
    ],
)
def test_the_callers_mistakes_exit_with_two(
    home: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    reply_with(monkeypatch, REPLY)
    result = run("run", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_malformed_suite_stops_before_anything_is_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = reply_with(monkeypatch, REPLY)
    (home / "evals" / "odd.jsonl").write_text("{\n")
    (home / "evals" / "void.jsonl").write_text("\n")
    result = run("run", "all")
    assert result.exit_code == 2
    assert "odd.jsonl:1: not JSON" in result.stderr
    assert "void.jsonl:1: the suite is empty" in result.stderr
    assert target.asked == []


def test_compare_prints_and_writes_the_difference(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply_with(monkeypatch, lambda case: TargetError("down") if case.id == "a" else {**REPLY, "kind": "answered"})
    run("run", "mine", "--out", "before")
    reply_with(monkeypatch, REPLY)
    run("run", "mine", "--out", "after")
    result = run("compare", "before", "after", "--json", "difference.json")
    assert result.exit_code == 0
    assert "better: mine/b" in result.stdout
    assert json.loads(Path("difference.json").read_text())[-1]["left_out"] == 1
    assert run("compare", "before", "nowhere").exit_code == 2
