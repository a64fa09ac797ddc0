"""In a burst, a message that may be an emergency is read before those that plainly are none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Event

import pytest

from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.suspects_first import SuspectsFirst
from isletbot.storage.file_journal import FileJournal
from isletbot.types import Answer, Question
from tests.server.conftest import middleware_settings
from tests.server.contexts import a_context
from tests.server.urgent import urgent_replies


def test_suspects_are_run_first_and_each_in_the_order_they_came() -> None:
    pool, held, done = SuspectsFirst(1), Event(), []
    pool.submit(held.wait, suspect=False)
    jobs = [("a", False), ("b", False), ("c", True), ("d", True), ("e", False)]
    futures = [pool.submit(lambda name=name: done.append(name), suspect=suspect) for name, suspect in jobs]  # type: ignore[misc]
    held.set()
    for future in futures:
        future.result(5)
    assert done == ["c", "d", "a", "b", "e"]


def test_what_fails_fails_for_who_asked_and_a_cancelled_one_is_left_out() -> None:
    pool, held = SuspectsFirst(1), Event()
    pool.submit(held.wait, suspect=False)
    left, failing = pool.submit(lambda: 1, suspect=True), pool.submit(lambda: 1 // 0, suspect=True)
    assert left.cancel()
    held.set()
    with pytest.raises(ZeroDivisionError):
        failing.result(5)
    assert pool.submit(lambda: 2, suspect=False).result(5) == 2


async def test_the_handler_answers_an_emergency_before_an_earlier_burst(tmp_path: Path) -> None:
    held, read = Event(), []
    replies = urgent_replies()

    def find(question: Question) -> Answer | None:
        held.wait(5)
        read.append(question.text)
        return replies.find(question)

    async def refuse(_: Question, __: object) -> Answer:
        raise AssertionError("nobody asks the bot")

    context, metrics = a_context(refuse), middleware_settings().metrics
    journal = FileJournal(tmp_path / "urgent.jsonl")
    handler = EmergencyHandler(find, journal, context.records, context.chat, metrics, suspects=replies.suspects)
    calm = [asyncio.create_task(handler.answer(Question(f"Who paid for trial {number}?"))) for number in range(30)]
    await asyncio.sleep(0)
    urgent = asyncio.create_task(handler.answer(Question("I have severe chest pain")))
    await asyncio.sleep(0.1)
    held.set()
    answer = await urgent
    assert answer is not None
    assert answer.kind == "urgent"
    assert await asyncio.gather(*calm) == [None] * 30
    # Two threads had a message in hand already.
    assert read.index("I have severe chest pain") <= 3
