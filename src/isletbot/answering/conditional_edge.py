"""Chooses the next step at an edge of the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig


class ConditionalEdge(Runnable[Any, str]):
    """Which step comes next. A bare function would be traced as a run of its own, which costs more than the choice."""

    def __init__(self, choose: Callable[[Any], str]) -> None:
        self.name = choose.__name__
        self._choose = choose

    def invoke(self, input: Any, config: RunnableConfig | None = None, **_: Any) -> str:
        return self._choose(input)
