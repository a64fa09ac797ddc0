import json
from pathlib import Path

import pytest

from isletbot.errors import InputError, UserError
from isletbot.terminal.batch import BadLine, BatchCase, answer_case, answer_line, read_cases
from isletbot.types import Turn
from tests.scripted import ScriptedBot, an_answer


def test_lines_are_read_with_their_numbers_and_blank_ones_skipped(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "turns": ["Hi"]}\r\n\n{"id": 7, "turns": ["Hi", "And?"], "tags": []}')
    assert list(read_cases(path)) == [(1, BatchCase("a", ("Hi",))), (3, BatchCase(7, ("Hi", "And?")))]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"hello", "not JSON"),
        (b'{"id": "a", "turns": ["Hi"]', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": "a", "turns": ["\xff"]}', "not UTF-8 at byte"),
        (b'["a"]', "not an object"),
        (b'{"turns": ["Hi"]}', "`id` is None"),
        (b'{"id": "", "turns": ["Hi"]}', "`id` is ''"),
        (b'{"id": true, "turns": ["Hi"]}', "`id` is True"),
        (b'{"id": "a"}', "`turns` is None"),
        (b'{"id": "a", "turns": []}', "`turns` is []"),
        (b'{"id": "a", "turns": "Hi"}', "`turns` is 'Hi'"),
        (b'{"id": "a", "turns": ["Hi", 7]}', "`turns` is ['Hi', 7]"),
    ],
)
def test_a_bad_line_is_named_and_the_next_is_read(tmp_path: Path, line: bytes, problem: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line + b'\n{"id": "b", "turns": ["Hi"]}\n')
    (_, bad), (_, good) = read_cases(path)
    assert isinstance(bad, BadLine)
    assert bad.number == 1
    assert problem in bad.problem
    assert good == BatchCase("b", ("Hi",))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        list(read_cases(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="cannot be read"):
        list(read_cases(tmp_path))


def test_earlier_turns_are_replayed_with_the_bots_own_replies() -> None:
    bot = ScriptedBot([an_answer(said="First."), an_answer(said="Second.")])
    reply = answer_case(bot, BatchCase("a", ("One?", "Two?")))
    first = an_answer(said="First.").text
    assert bot.asked == [("One?", ()), ("Two?", (Turn("user", "One?"), Turn("assistant", first)))]
    assert reply.text.startswith("Second.")


def test_a_line_out_holds_the_id_and_the_reply() -> None:
    line = answer_line(ScriptedBot(), 1, BatchCase("ä1", ("Hi",)))
    assert isinstance(line, str)
    assert json.loads(line)["id"] == "ä1"
    assert json.loads(line)["reply"]["kind"] == "answered"


def test_a_question_the_bot_does_not_take_is_a_bad_line() -> None:
    bot = ScriptedBot([InputError("The question is empty.", remedy="Write a question.")])
    assert answer_line(bot, 3, BatchCase("a", (" ",))) == BadLine(3, "The question is empty. Write a question.")
