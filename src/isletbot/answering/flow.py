"""The steps of the line and what comes after each, walked in a plain loop: a graph's engine would cost more than most
of the steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fork:
    choose: Callable[[Any], str]
    """Returns the name of the next step."""
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Each step returns what it changes of the state; the others find it there."""

    first: str
    steps: Mapping[str, Callable[[Any], Mapping[str, Any]]]
    after: Mapping[str, str | Fork]
    """The step that comes next, by name; the walk ends behind one that nothing comes after."""

    def walk(self, begin: Mapping[str, Any]) -> Mapping[str, Any]:
        state, name = dict(begin), self.first
        while name:
            state.update(self.steps[name](state))
            following = self.after.get(name, "")
            name = following.choose(state) if isinstance(following, Fork) else following
        return state
