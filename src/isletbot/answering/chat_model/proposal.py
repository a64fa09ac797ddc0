"""What a chat model proposes, and whom it is asked through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan as a chat model proposes it: names of what it was shown, no word of its own. Not checked yet."""

    picks: tuple[str, ...]
    """Ids of approved answers and keys of statements, in order."""
    opening: str = "none"
    route: str = "answer"
    tokens: tuple[int, int] | None = field(default=None, compare=False)
    """Sent and written for it."""


class Planner(Protocol):
    """A chat model that picks from a list."""

    def propose(
        self, system: str, user: str, names: Sequence[str], openings: Sequence[str], cancelled: Callable[[], bool]
    ) -> Proposal:
        """`names` and `openings` are all it may use; whether it kept to them is for the caller to see. Raises
        ChatTrouble."""
        ...
