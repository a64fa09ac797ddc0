"""Runs a step of the line so that whatever it raises ends in the safe reply."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Any, TypeVar

log = logging.getLogger(__name__)
Read = TypeVar("Read")


def fail_closed(step: Callable[[Any], Any], failures: Counter[str]) -> Any:
    """The step, timed. One that raises is counted, the steps after it do nothing, and the line ends safely."""
    name = step.__name__

    def run(state: Any) -> Any:
        if state.get("failure"):
            return {}
        began = perf_counter()
        try:
            if listener := state["listener"]:
                listener.step(name)
            update = step(state)
        except Exception as error:  # whatever it is, a person must get the safe reply
            failures[name] += 1
            log.exception("step %s failed", name)
            update = {"failure": f"{name}: {type(error).__name__}"}
        taken = (perf_counter() - began) * 1000 + state["milliseconds"].get(name, 0.0)
        return {**update, "milliseconds": {**state["milliseconds"], name: round(taken, 3)}}

    return run


def attempt(read: Callable[[], Read], name: str, failures: Counter[str]) -> Read | None:
    """Returns what `read` gives, and None where it raises; the line does without it, and the failure is counted."""
    try:
        return read()
    except Exception:  # whatever it is, the line goes on without
        failures[name] += 1
        log.exception("%s failed; the line goes on without", name)
        return None
