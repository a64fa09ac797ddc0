"""Circuit breaker: after repeated failures it refuses calls for a while, so that nobody waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from isletbot.errors import ChatTrouble


class Breaker:
    def __init__(self, failures: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._failures = failures
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._failed = 0
        self._last = ""
        self._rests_until = 0.0

    def enter(self) -> None:
        """Raises ChatTrouble while the breaker is open. After that it lets one caller through and opens again until
        that call succeeds."""
        with self._lock:
            if self._failed < self._failures:
                return
            if self._now() < self._rests_until:
                raise ChatTrouble("resting", f"left alone after {self._failed} failures, the last: {self._last}")
            self._rests_until = self._now() + self._seconds

    def succeed(self) -> None:
        with self._lock:
            self._failed = 0

    def fail(self, why: ChatTrouble) -> None:
        with self._lock:
            self._failed += 1
            self._last = str(why)
            if self._failed >= self._failures:
                self._rests_until = self._now() + self._seconds
