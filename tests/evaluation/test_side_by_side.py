"""Several cases at a time give what one at a time gives, in the same order."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Semaphore, get_ident

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.cases import Suite
from isletbot.evaluation.run import run_suites
from isletbot.evaluation.run_records import read_run
from isletbot.evaluation.side_by_side import put_side_by_side
from isletbot.evaluation.targets import LocalTarget, read_local
from isletbot.ports import Asks
from isletbot.server.wire import answer_to_json
from tests.grading import SOURCES, StubTarget, a_case, a_reply
from tests.scripted import ScriptedBot


def test_one_at_a_time_stays_in_this_thread() -> None:
    assert list(put_side_by_side(lambda _: get_ident(), range(3))) == [get_ident()] * 3


def test_two_at_a_time_meet_and_come_back_in_order() -> None:
    meeting = Barrier(2, timeout=20)
    assert list(put_side_by_side(lambda number: (number, meeting.wait())[0], range(6), 2)) == list(range(6))


def test_what_nobody_waits_for_any_more_is_left_undone() -> None:
    begun: list[int] = []
    allowed = Semaphore(2)

    def put(number: int) -> int:
        begun.append(number)
        allowed.acquire(timeout=0.1)
        return number

    replies = put_side_by_side(put, range(1_000), 2)
    assert [next(replies), next(replies)] == [0, 1]
    replies.close()  # type: ignore[attr-defined]
    assert len(begun) < 1_000


def test_a_run_of_several_at_a_time_keeps_the_same_records(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\n")
    suite = Suite("gold", path, tuple(a_case(f"c{number}") for number in range(8)))
    meeting = Barrier(2, timeout=20)

    def say(case: object) -> object:
        meeting.wait()
        return a_reply()

    target = StubTarget(say)
    target.at_once = 2
    done = run_suites([suite], target, SOURCES, tmp_path / "two")
    assert [record.id for record in done.records] == [case.id for case in suite.cases]
    assert read_run(tmp_path / "two") == done
    alone = run_suites([suite], StubTarget(), SOURCES, tmp_path / "one")
    assert alone.records == done.records


def test_a_poisoned_document_is_alone_in_the_copy_of_the_corpus_until_its_question_is_answered() -> None:
    inside: list[str] = []

    class Watched(ScriptedBot):
        def ask(self, *given: object, **named: object) -> object:  # type: ignore[override]
            assert len(inside) == 1
            inside.clear()
            return super().ask(*given, **named)  # type: ignore[arg-type]

    def feed(digest: str) -> tuple[Asks | None, str]:
        assert inside == []
        inside.append(digest)
        return Watched(), ""

    target = LocalTarget(ScriptedBot(), answer_to_json, {}, feed, 4)
    cases = [a_case(f"c{number}", digest=f"id: d{number}") for number in range(40)]
    replies = list(put_side_by_side(target.converse, cases, target.at_once))
    assert len(replies) == 40


@pytest.mark.parametrize(
    ("given", "at_once"),
    [("local", 1), ("local:1", 1), ("local:2", 2), ("https://bot.example", None), ("locals", None)],
)
def test_the_local_target_says_how_many_cases_it_takes_at_a_time(given: str, at_once: int | None) -> None:
    assert read_local(given) == at_once


@pytest.mark.parametrize("given", ["local:", "local:0", "local:-2", "local:two", "local:1.5"])
def test_a_number_that_is_none_is_refused_with_the_remedy(given: str) -> None:
    with pytest.raises(InputError, match="local:2"):
        read_local(given)
