"""Puts several cases at a time to a bot in this process, for machines with more than one core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Reply = TypeVar("Reply")


def put_side_by_side(put: Callable[[Asked], Reply], work: Iterable[Asked], at_once: int = 1) -> Iterator[Reply]:
    """Yields what `put` returns in the order of `work`, and leaves undone what nobody waits for any more."""
    if at_once == 1:
        yield from map(put, work)
        return
    threads = ThreadPoolExecutor(at_once)
    try:
        yield from threads.map(put, work)
    finally:
        threads.shutdown(cancel_futures=True)
