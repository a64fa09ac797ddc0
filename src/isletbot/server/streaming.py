"""Streams an answer while it is made: passes events from the pipeline's thread to the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from isletbot.types import Answer, Citation, Sentence

_MOST_EVENTS = 32
"""Events that may wait for a slow reader before the pipeline pauses."""
_PAUSE_SECONDS = 20.0
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
        self.events: asyncio.Queue[StepEvent | SentenceEvent] = asyncio.Queue(_MOST_EVENTS)
        self._steps = steps
        self._loop = asyncio.get_running_loop()

    def step(self, name: str) -> None:
        if self._steps:
            self._send(StepEvent(name))

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        self._send(SentenceEvent(sentence, citations))

    def leave(self) -> None:
        """Stops accepting events and releases a thread that waits to send one."""
        self.cancelled = True
        while not self.events.empty():
            self.events.get_nowait()

    def _send(self, event: StepEvent | SentenceEvent) -> None:
        if self.cancelled:
            return
        sending = asyncio.run_coroutine_threadsafe(self.events.put(event), self._loop)
        try:
            sending.result(_PAUSE_SECONDS)
        except TimeoutError:
            sending.cancel()
            self.cancelled = True


async def follow_answer(
    reply: Callable[[StreamListener], Awaitable[Answer]], *, steps: bool = False
) -> AsyncIterator[StreamEvent]:
    """Yields each sentence once it is verified, then the answer. Closing the iterator tells the pipeline to stop."""
    listener = StreamListener(steps)
    answering = asyncio.ensure_future(reply(listener))
    coming = asyncio.ensure_future(listener.events.get())
    try:
        while not (answering.done() and listener.events.empty() and not coming.done()):
            await asyncio.wait({answering, coming}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done():
                await asyncio.sleep(0)  # an event that came with the answer is read first
            if coming.done():
                yield coming.result()
                coming = asyncio.ensure_future(listener.events.get())
        yield answering.result()
    finally:
        coming.cancel()
        listener.leave()
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
