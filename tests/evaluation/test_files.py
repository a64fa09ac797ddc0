"""`eval claims` and `eval answerability`: labelled files in, outcomes and figures out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from isletbot.answering.verification.ledger import LedgerEntailment
from isletbot.errors import InputError
from isletbot.evaluation.answerability import PassageJudge, measure_answerability, read_labelled_questions, split_pieces
from isletbot.evaluation.claim_check import judge_claims, measure_claims, read_claims
from isletbot.inference.scripted import HashEmbeddings, ScriptedRelevance
from isletbot.ports import Judgement
from tests.builders import a_reason

PASSAGE = "Of the 12 people given the full dose, 10 were insulin independent at day 365."
CLAIMS = (
    {"id": "a", "claim": PASSAGE, "passages": [PASSAGE], "label": "supported"},
    {"id": "b", "claim": PASSAGE.replace("10 were", "11 were"), "passages": [PASSAGE], "label": "unsupported"},
    {"id": "c", "claim": "Cows give milk.", "passages": [PASSAGE], "label": "unsupported", "question": "Q?"},
)


def a_file(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "file.jsonl"
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def run(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_claims_are_judged_and_measured(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    result = run("eval", "claims", str(a_file(tmp_path, *CLAIMS)), "--json", str(out))
    assert result.exit_code == 0
    assert [line.split("\t")[:2] for line in result.stdout.splitlines()] == [
        ["a", "supported"],
        ["b", "unsupported"],
        ["c", "unsupported"],
    ]
    figures = json.loads(out.read_text())
    assert (figures["precision"], figures["recall"], figures["f1"], figures["auroc"]) == (1, 1, 1, 1)
    assert figures["balanced_accuracy"] == 1


def test_claims_without_labels_have_outcomes_and_no_figures(tmp_path: Path) -> None:
    rows = [{name: value for name, value in row.items() if name != "label"} for row in CLAIMS]
    judged = tuple(judge_claims(read_claims(a_file(tmp_path, *rows)), LedgerEntailment()))
    assert len(judged) == 3
    assert measure_claims(judged) == {}


class Undecided:
    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        return Judgement("unchecked", a_reason("new"), 0.5)


def test_another_checker_can_be_put_in(tmp_path: Path) -> None:
    judged = tuple(judge_claims(read_claims(a_file(tmp_path, *CLAIMS)), Undecided()))
    assert measure_claims(judged)["unchecked"] == 3
    assert measure_claims(judged)["auroc"] == 0.5


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "is empty"),
        (["{"], ":1: not JSON"),
        (["7"], ":1: not an object"),
        ([CLAIMS[0], CLAIMS[0]], ":2: the id 'a'"),
        ([{**CLAIMS[0], "claim": ""}], ":1: claim is ''"),
        ([{**CLAIMS[0], "passages": "text"}], ":1: passages is"),
        ([{**CLAIMS[0], "label": "maybe"}], ":1: label is 'maybe'"),
        ([{**CLAIMS[0], "label": ["supported"]}], ":1: label is"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, rows: list[Any], said: str) -> None:
    path = a_file(tmp_path, *rows)
    with pytest.raises(InputError) as caught:
        read_claims(path)
    assert said in str(caught.value)
    result = run("eval", "claims", str(path))
    assert result.exit_code == 2
    assert str(path) in result.stderr


ASKINGS = (
    {"id": "a", "question": "How many were insulin independent at day 365?", "passages": [PASSAGE], "answerable": True},
    {"id": "b", "question": "Who wrote Hamlet?", "passages": [PASSAGE, "Cows give milk."], "answerable": False},
    {"id": "c", "question": "What do cows give?", "passages": ["Cows give milk.", ""], "answerable": True},
    {"id": "d", "question": "What is the price of copper?", "passages": [], "answerable": False},
)


def test_questions_are_scored_by_the_passages_given(tmp_path: Path) -> None:
    askings = read_labelled_questions(a_file(tmp_path, *ASKINGS))
    seen: list[tuple[str, int, int]] = []
    judge = PassageJudge(askings, ScriptedRelevance(), HashEmbeddings(), lambda *progress: seen.append(progress))
    scored = {one.id: judge.score(one) for one in askings}
    assert scored["a"].score > scored["b"].score
    assert scored["c"].score > scored["d"].score == 0.0
    figures = measure_answerability(tuple(scored.values()), 0.3)
    assert figures["auroc"] == 1.0
    assert figures["best_f1"] == 1.0
    assert (figures["threshold"], figures["f1"], figures["precision"], figures["recall"]) == (0.3, 1, 1, 1)
    assert {"best_threshold", "auroc_similarity"} <= figures.keys()
    assert scored["c"].similarity > scored["d"].similarity == -1.0
    assert seen[-1][1] == seen[-1][2]


def test_a_stricter_threshold_finds_fewer_questions_answerable(tmp_path: Path) -> None:
    askings = read_labelled_questions(a_file(tmp_path, *ASKINGS))
    judge = PassageJudge(askings, ScriptedRelevance(), HashEmbeddings(), lambda *_: None)
    scored = [judge.score(asking) for asking in askings]
    lenient, strict = (measure_answerability(scored, least) for least in (0.3, 1.1))
    assert (lenient["precision"], strict["precision"]) == (1.0, 0.5)
    assert lenient["auroc"] == strict["auroc"]


def test_askings_without_labels_have_no_figures(tmp_path: Path) -> None:
    askings = read_labelled_questions(a_file(tmp_path, {**ASKINGS[0], "answerable": None}))
    judge = PassageJudge(askings, ScriptedRelevance(), HashEmbeddings(), lambda *_: None)
    assert measure_answerability([judge.score(asking) for asking in askings], 0.3) == {}


def test_a_long_passage_is_judged_by_its_best_piece(tmp_path: Path) -> None:
    long = " ".join(("cows give milk " * 40, "they fly at noon", "and nothing more is known of it " * 40))
    [asking] = read_labelled_questions(
        a_file(tmp_path, {**ASKINGS[3], "question": "do they fly at noon", "passages": [long]})
    )
    judge = PassageJudge([asking], ScriptedRelevance(), HashEmbeddings(), lambda *_: None)
    assert judge.score(asking).score == 0.8
    pieces = split_pieces(long)
    assert any("they fly at noon" in piece for piece in pieces)
    assert max(len(piece.split()) for piece in pieces) <= 70
    assert set(long.split()) == {word for piece in pieces for word in piece.split()}


@pytest.mark.parametrize("count", [1, 69, 70, 71, 104, 105, 106, 140, 141, 175, 176, 400])
def test_pieces_hold_every_word_and_no_run_is_cut_at_both_ends(count: int) -> None:
    words = [f"w{number}" for number in range(count)]
    pieces = split_pieces(" ".join(words))
    assert max(len(piece.split()) for piece in pieces) <= 70
    runs = [" ".join(words[start : start + 35]) for start in range(max(count - 34, 1))]
    assert [run for run in runs if not any(f" {run} " in f" {piece} " for piece in pieces)] == []


def test_a_flag_that_is_no_flag_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=":1: answerable is 'yes'"):
        read_labelled_questions(a_file(tmp_path, {**ASKINGS[0], "answerable": "yes"}))
