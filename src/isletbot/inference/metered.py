"""A chat model that counts what it costs, for trials of one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from time import perf_counter

from isletbot.ports import ChatModel, Writing


@dataclass(slots=True)
class Meter:
    calls: int = 0
    seconds: float = 0.0
    sent: int = 0
    written: int = 0
    """Tokens, by the server's count where it gives one."""


class MeteredChat:
    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self.meter = Meter()

    def begin(self, cancelled: Callable[[], bool], form: Mapping[str, object] | None = None) -> MeteredWriting:
        return MeteredWriting(self._chat.begin(cancelled, form), self.meter)


class MeteredWriting:
    def __init__(self, writing: Writing, meter: Meter) -> None:
        self._writing = writing
        self._meter = meter

    def stream(self, system: str, user: str) -> Generator[str]:
        began, before = perf_counter(), self._writing.tokens
        try:
            yield from self._writing.stream(system, user)
        finally:
            self._meter.calls += 1
            self._meter.seconds += perf_counter() - began
            self._meter.sent += self._writing.tokens[0] - before[0]
            self._meter.written += self._writing.tokens[1] - before[1]

    @property
    def tokens(self) -> tuple[int, int]:
        return self._writing.tokens
