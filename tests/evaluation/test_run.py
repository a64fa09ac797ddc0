from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.cases import KINDS, Case, Suite
from isletbot.evaluation.compare import compare_runs, tabulate_comparisons
from isletbot.evaluation.run import Interrupted, put_case, run_suites
from isletbot.evaluation.run_figures import measure_run
from isletbot.evaluation.run_records import RECORDS_FILE, Run, read_run
from isletbot.evaluation.targets import LocalTarget, TargetError
from isletbot.server.wire import answer_to_json
from tests.grading import SOURCES, StubTarget, a_case, a_record, a_reply, a_run
from tests.scripted import ScriptedBot, an_answer


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\n")
    return Suite("gold", path, tuple(a_case(name) for name in ("c1", "c2", "c3")))


def run(
    suite: Suite, folder: Path, say: Callable[[Case], Any] = lambda _: a_reply(), **how: Any
) -> tuple[Run, list[str]]:
    target = StubTarget(say)
    return run_suites([suite], target, SOURCES, folder, **how), target.asked


@pytest.mark.parametrize("trouble", [TargetError("down"), ValueError("a defect"), InputError("too long")])
def test_one_bad_case_never_loses_the_others(suite: Suite, tmp_path: Path, trouble: Exception) -> None:
    done, _ = run(suite, tmp_path / "out", lambda case: trouble if case.id == "c2" else a_reply())
    assert [record.grade.outcome for record in done.records] == ["pass", "ungraded", "pass"]
    assert str(trouble) in done.records[1].trouble
    assert read_run(tmp_path / "out") == done


def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(suite: Suite, tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        run(suite, tmp_path, lambda case: KeyboardInterrupt() if case.id == "c3" else a_reply())
    assert len(read_run(tmp_path).records) == 2
    done, asked = run(suite, tmp_path, resume=True)
    assert asked == ["c3"]
    assert len(done.records) == len(read_run(tmp_path).records) == 3


def test_resume_asks_again_what_had_no_reply_and_leaves_out_half_a_line(suite: Suite, tmp_path: Path) -> None:
    run(suite, tmp_path, lambda case: TargetError("down") if case.id == "c1" else a_reply())
    path = tmp_path / RECORDS_FILE
    path.write_text(path.read_text("utf-8")[:-30], "utf-8")
    _, asked = run(suite, tmp_path, resume=True)
    assert asked == ["c1", "c3"]


def test_resume_refuses_a_run_of_other_suites(suite: Suite, tmp_path: Path) -> None:
    run(suite, tmp_path)
    suite.path.write_text('{"changed": 1}\n')
    with pytest.raises(InputError, match="--resume"):
        run(suite, tmp_path, resume=True)


def test_repeat_puts_every_case_so_often_and_measures_whether_replies_differ(suite: Suite, tmp_path: Path) -> None:
    said = iter(range(100))
    done, asked = run(
        suite, tmp_path, lambda case: a_reply(text=f"{next(said)}" if case.id == "c1" else "same"), repeat=2
    )
    assert asked == ["c1", "c2", "c3"] * 2
    figures = {figure.full_name: figure.value for figure in measure_run(done.records)}
    assert figures["all.repeatability"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("content", ["", "{\n", '{"isletbot_eval": 99}\n', "[]\n", '{"isletbot_eval": 1, "odd": 2}\n'])
def test_a_file_that_is_no_run_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match=r"records\.jsonl"):
        read_run(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_run(tmp_path / "nowhere")


def test_the_local_target_replays_a_conversation_with_its_own_replies() -> None:
    bot = ScriptedBot([an_answer("small_talk", "Hello."), an_answer()])
    exchange = LocalTarget(bot, answer_to_json, {}).converse(a_case(turns=("Hi", "How many?")))
    assert exchange.reply is not None
    assert exchange.reply["kind"] == "answered"
    assert [turn.content for turn in bot.asked[1][1]] == ["Hi", an_answer("small_talk", "Hello.").text]


@pytest.mark.parametrize(
    ("must_refuse", "fed", "outcome"),
    [
        (True, (None, "no instructions"), "pass"),
        (False, (None, "no instructions"), "pass"),
        (True, (ScriptedBot(), ""), "fail"),
        (False, (ScriptedBot(), ""), "pass"),
    ],
)
def test_a_poisoned_document_must_be_kept_out_or_have_no_effect(must_refuse: bool, fed: Any, outcome: str) -> None:
    case = a_case(digest="id: nejm-2025\n" + "x" * 999, must_refuse=must_refuse, kinds=KINDS, must=(), cite=())
    target = LocalTarget(ScriptedBot(), lambda _answer: a_reply(kind="not_in_corpus", sentences=[]), {}, lambda _: fed)
    assert put_case(case, 0, target, SOURCES).grade.outcome == outcome


def test_a_target_without_a_corpus_cannot_be_poisoned() -> None:
    record = put_case(a_case(digest="x"), 0, LocalTarget(ScriptedBot(), answer_to_json, {}), SOURCES)
    assert record.grade.outcome == "ungraded"


def test_compare_pairs_cases_and_tests_the_difference() -> None:
    wrong = a_reply(text="Nobody knows.")
    before = a_run(*(a_record(a_case(f"c{n}"), wrong) for n in range(6)), a_record(a_case("same")))
    after = a_run(*(a_record(a_case(f"c{n}")) for n in range(6)), a_record(a_case("same")), a_record(a_case("new")))
    suite, whole = compare_runs(before, after)
    assert (whole.pairs, len(whole.better), len(whole.worse), whole.left_out) == (7, 6, 0, 1)
    assert whole.probability == pytest.approx(2 / 64)
    assert suite.suite == "gold"
    assert "better: gold/c0" in tabulate_comparisons((suite, whole))
    _, back = compare_runs(after, before)
    assert len(back.worse) == 6
    assert "missing: 10 of 12" in tabulate_comparisons((back,))
