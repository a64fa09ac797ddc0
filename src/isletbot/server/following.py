"""An answer while it is being made: what the line says in its thread arrives in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from isletbot.server.line_queue import Answers
from isletbot.types import Answer, Citation, Question, Sentence


@dataclass(frozen=True, slots=True)
class Heard:
    sentence: Sentence
    citations: tuple[Citation, ...]


class Relay:
    """A Listener."""

    def __init__(self) -> None:
        self.cancelled = False
        self.heard: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def step(self, name: str) -> None:
        """Nobody here asks for steps."""

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        self._loop.call_soon_threadsafe(self.heard.put_nowait, Heard(sentence, citations))


async def follow_answer(answers: Answers, question: Question) -> AsyncIterator[Heard | Answer]:
    """Each sentence as it is verified, then the answer. Closing this tells the line that nobody waits any more."""
    relay = Relay()
    answering = asyncio.ensure_future(answers(question, relay))
    answering.add_done_callback(lambda _: relay.heard.put_nowait(None))
    try:
        while (heard := await relay.heard.get()) is not None:
            yield heard
        yield answering.result()
    finally:
        relay.cancelled = True
        answering.cancel()
