"""Bounds how many questions run and wait at once; refuses the next with 503 when all places are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from threading import Lock
from typing import Protocol

from isletbot.errors import Unavailable
from isletbot.ports import Listener
from isletbot.types import Answer, Question

AskAsync = Callable[[Question, Listener | None], Awaitable[Answer]]
"""Answers a question without blocking the event loop; the chat handler wraps one and is one."""


class AnsweringBot(Protocol):
    """The bot, or a wrapper around it."""

    def ask(self, question: Question, *, listener: Listener | None = None) -> Answer: ...


class RequestPool:
    """Runs questions in its own threads, so that none delays another or the health checks."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="line")
        self._at_once = at_once
        self._places = at_once + waiting
        self._taken = 0
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        return max(self._taken - self._at_once, 0)

    async def run(self, ask: Callable[[], Answer]) -> Answer:
        """Raises Unavailable when every place is taken. A question whose client left keeps its place until it is done,
        because a thread cannot be stopped and must still be counted."""
        with self._lock:
            if self._taken >= self._places:
                raise Unavailable(
                    "Too many questions are being answered.", code="busy", remedy="Try again in some seconds."
                )
            self._taken += 1
        running = self._threads.submit(copy_context().run, ask)
        running.add_done_callback(self._leave)
        return await asyncio.wrap_future(running)

    def _leave(self, _: object) -> None:
        with self._lock:
            self._taken -= 1


def make_async(bot: AnsweringBot, pool: RequestPool) -> AskAsync:
    """Returns the bot's `ask`, run in the pool."""

    async def ask(question: Question, listener: Listener | None = None) -> Answer:
        return await pool.run(partial(bot.ask, question, listener=listener))

    return ask
