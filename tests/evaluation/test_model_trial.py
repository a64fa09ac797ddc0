"""`isletbot model try`: the same cases with the model and without, what it was worth, and what became of its plans."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.evaluation.cases import read_suite
from isletbot.evaluation.model_trial import Cost, ModelTrial, Pair, put_pairs, tabulate_trial, trial_to_json
from isletbot.evaluation.run_records import Record
from tests.builders import a_corpus
from tests.evaluation.test_commands import CASE, REPLY
from tests.grading import StubTarget


def a_record(passed: bool = True, why: str | None = None, **changes: Any) -> Record:
    """`why` is what the model's composer noted; None where it was not come to."""
    drafts = [["approved", ""]] if why is None else [["model", why], ["approved", ""]]
    grade: Any = type("AGrade", (), {"outcome": "pass" if passed else "fail", "failing": changes.pop("failing", ())})
    record = Record("mine", "a", 0, ("Hi?",), ("answered",), (), "", grade, {}, 1_000.0, {"drafts": drafts})
    return replace(record, **changes)


def a_pair(without: bool, given: bool, why: str | None, **changes: Any) -> Pair:
    return Pair(a_record(without, **changes), a_record(given, why, milliseconds=3_000.0, **changes))


@pytest.mark.parametrize(
    ("why", "part"),
    [
        (None, "not asked"),
        ("not asked: the judge is sure", "not asked"),
        ("", "went out"),
        ("refused: the plan is empty", "refused"),
        ("proposes the route urgent", "raised"),
        ("no word for 6 s", "failed"),
    ],
)
def test_what_became_of_what_a_model_wrote(why: str | None, part: str) -> None:
    assert a_pair(True, True, why).part == part


PAIRS = (
    a_pair(True, True, None),
    a_pair(False, True, "", id="b"),
    a_pair(True, False, "proposes the route personal", id="c"),
    a_pair(False, False, "refused: the plan is empty", id="d"),
)
TRIAL = ModelTrial(PAIRS, Cost(calls=3, seconds=6.0, sent=900, written=60))


def test_figures_say_what_was_gained_and_lost_and_what_it_cost() -> None:
    figures = trial_to_json(TRIAL)
    assert (figures["cases"], figures["asked"]) == (4, 3)
    assert (figures["right_without"], figures["right_with"]) == (2, 2)
    assert (figures["asked_right_without"], figures["asked_right_with"]) == (1, 1)
    assert (figures["gained"], figures["lost"]) == (["mine/b"], ["mine/c"])
    assert figures["parts"] == {"not asked": 1, "went out": 1, "raised": 1, "refused": 1, "failed": 0}
    assert figures["reasons"] == {"proposes the route personal": 1, "refused: the plan is empty": 1}
    assert (figures["median_seconds_without"], figures["median_seconds_asked"]) == (1.0, 3.0)
    assert (figures["tokens_sent"], figures["tokens_written"], figures["unverified"]) == (900, 60, 0)


def test_the_table_says_it_too() -> None:
    table = tabulate_trial(TRIAL).splitlines()
    assert table[1].split()[:4] == ["mine", "2", "of", "4"]
    assert "lost: mine/c" in table
    assert "  1  refused: the plan is empty" in [line.replace("    1", "  1") for line in table]
    assert table[-1] == "3 calls, 2.0 s, 300 tokens sent and 20 written a call; 0 unverified sentences"


def test_both_bots_get_the_first_cases_of_each_suite(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps({**CASE, "id": name}) + "\n" for name in "abc"))
    ticks: list[tuple[int, int, str]] = []
    right = StubTarget(lambda _case: REPLY)
    wrong = StubTarget(lambda _case: {**REPLY, "kind": "urgent"})
    pairs = list(put_pairs([read_suite(path)], wrong, right, {}, 2, lambda *tick: ticks.append(tick)))
    assert [(pair.without.id, pair.without.passed, pair.given.passed) for pair in pairs] == [
        ("a", False, True),
        ("b", False, True),
    ]
    assert ticks == [(1, 2, "mine"), (2, 2, "mine")]


@pytest.mark.weights
def test_the_command_tries_the_shipped_fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evals").mkdir()
    case = {"id": "a", "turns": ["What sort of person was let into the trial?"], "kinds": ["answered"]}
    (tmp_path / "evals" / "mine.jsonl").write_text(json.dumps(case) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISLETBOT_CHAT_MODEL", "scripted:echo")
    monkeypatch.setenv("ISLETBOT_CHAT_ASKED", "always")
    out = tmp_path / "out.json"
    result = CliRunner().invoke(app, ["model", "try", "--suite", "mine", "--json", str(out)])
    assert result.exit_code == 0, result.output
    figures = json.loads(out.read_text())
    assert (figures["cases"], figures["right_with"], figures["calls"]) == (1, 1, 1)
    assert "1 of 1" in result.output


def test_without_a_model_the_command_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_corpus(tmp_path)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "mine.jsonl").write_text(json.dumps(CASE) + "\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["model", "try", "--suite", "mine"])
    assert result.exit_code == 2
    assert "Set ISLETBOT_CHAT_MODEL" in result.output
