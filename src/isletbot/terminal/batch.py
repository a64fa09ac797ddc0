"""Runs `ask --jsonl`: reads conversations and writes the reply to each one's last turn. A bad line is reported; the
others run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isletbot.errors import InputError
from isletbot.evaluation.jsonl import read_lines
from isletbot.evaluation.replay import replay_turns
from isletbot.ports import Asks
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer

_FORM = 'A line is {"id": "…", "turns": ["…", …]}.'


@dataclass(frozen=True, slots=True)
class BatchCase:
    id: str | int
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    problem: str


def read_cases(path: Path) -> Iterator[tuple[int, BatchCase | BadLine]]:
    """Yields every line that is not blank, with its number. Raises InputError when the file cannot be read."""
    for number, line in read_lines(path, "Name a file of JSON Lines."):
        yield number, _read_case(number, line)


def _read_case(number: int, line: bytes) -> BatchCase | BadLine:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return BadLine(number, f"not UTF-8 at byte {error.start}. Save the file as UTF-8.")
    except (ValueError, RecursionError) as error:
        return BadLine(number, f"not JSON ({error}). {_FORM}")
    if not isinstance(value, dict):
        return BadLine(number, f"not an object. {_FORM}")
    case_id, turns = value.get("id"), value.get("turns")
    if isinstance(case_id, bool) or not isinstance(case_id, str | int) or case_id == "":
        return BadLine(number, f"`id` is {case_id!r:.60}, not a text or a whole number. {_FORM}")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return BadLine(number, f"`turns` is {turns!r:.60}, not a list of one or more texts. {_FORM}")
    return BatchCase(case_id, tuple(turns))


def answer_case(bot: Asks, case: BatchCase) -> Answer:
    """Returns the reply to the last turn, with the bot's own replies to the turns before it as history."""
    return bot.ask(case.turns[-1], replay_turns(bot, case.turns[:-1]))


def answer_line(bot: Asks, number: int, case: BatchCase | BadLine) -> str | BadLine:
    """Returns the output line, or the reason why there is none."""
    if isinstance(case, BadLine):
        return case
    try:
        reply = answer_to_json(answer_case(bot, case))
    except InputError as error:
        return BadLine(number, str(error))
    return json.dumps({"id": case.id, "reply": reply}, ensure_ascii=False)
