"""Runs the reading of messages in threads: those that may be an emergency before all others that wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")


class SuspectsFirst:
    """In a burst hundreds of messages wait to be read; an emergency among them waits for none that is plainly not."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="urgent")
        self._waiting: PriorityQueue[tuple[bool, int, Future[Any], Callable[[], Any]]] = PriorityQueue()
        self._numbers = count()

    def submit(self, work: Callable[[], T], *, suspect: bool) -> Future[T]:
        future: Future[T] = Future()
        self._waiting.put((not suspect, next(self._numbers), future, work))
        self._threads.submit(self._run_next)
        return future

    def _run_next(self) -> None:
        _, _, future, work = self._waiting.get_nowait()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)
