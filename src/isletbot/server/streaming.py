"""Streams an answer while it is made: passes events from the pipeline's thread to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from isletbot.server.concurrency import Answers
from isletbot.types import Answer, Citation, Question, Sentence

_MOST_WAITING = 32
"""Events that may wait for a slow reader before the pipeline pauses."""
_PATIENCE_SECONDS = 20.0
"""How long the pipeline pauses before it gives the reader up."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StepEvent:
    name: str


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    sentence: Sentence
    citations: tuple[Citation, ...]


StreamEvent = StepEvent | SentenceEvent | Answer


class StreamListener:
    """Receives events in the pipeline's thread and queues them for the event loop."""

    def __init__(self, steps: bool) -> None:
        self.cancelled = False
        self.heard: asyncio.Queue[StepEvent | SentenceEvent] = asyncio.Queue(_MOST_WAITING)
        self._steps = steps
        self._loop = asyncio.get_running_loop()

    def step(self, name: str) -> None:
        if self._steps:
            self._tell(StepEvent(name))

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        self._tell(SentenceEvent(sentence, citations))

    def leave(self) -> None:
        """Stops accepting events and releases a thread that waits to send one."""
        self.cancelled = True
        while not self.heard.empty():
            self.heard.get_nowait()

    def _tell(self, news: StepEvent | SentenceEvent) -> None:
        if self.cancelled:
            return
        telling = asyncio.run_coroutine_threadsafe(self.heard.put(news), self._loop)
        try:
            telling.result(_PATIENCE_SECONDS)
        except TimeoutError:
            telling.cancel()
            self.cancelled = True


async def follow_answer(answers: Answers, question: Question, *, steps: bool = False) -> AsyncIterator[StreamEvent]:
    """Yields each sentence once it is verified, then the answer. Closing the iterator tells the pipeline to stop."""
    relay = StreamListener(steps)
    answering = asyncio.ensure_future(answers(question, relay))
    hearing = asyncio.ensure_future(relay.heard.get())
    try:
        while not (answering.done() and relay.heard.empty() and not hearing.done()):
            await asyncio.wait({answering, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if not hearing.done():
                await asyncio.sleep(0)  # news that came with the answer reaches whoever waits for it
            if hearing.done():
                yield hearing.result()
                hearing = asyncio.ensure_future(relay.heard.get())
        yield answering.result()
    finally:
        hearing.cancel()
        relay.leave()
        answering.cancel()


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """Returns the result of the work and cancels it when the client disconnects. Raises ClientDisconnect."""
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_wait_until_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        gone.cancel()
        working.cancel()


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
