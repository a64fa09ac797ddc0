"""This module checks that every listed way of asking gets its approved answer, as staff rely on when they list one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from isletbot.evaluation.side_by_side import put_side_by_side
from isletbot.ports import Asks
from isletbot.types import ApprovedAnswer


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    ask: str
    answer: str
    """The id of the answer that lists it."""
    got: tuple[str, ...]
    """The ids of the approved answers that the reply gave."""
    kind: str

    @property
    def given(self) -> bool:
        return self.kind == "answered" and self.answer in self.got


def ask_listed(bot: Asks, answers: Sequence[ApprovedAnswer], at_once: int = 1) -> Iterator[ListedQuestion]:
    """Puts each way of asking to the bot by itself."""

    def put(listed: tuple[ApprovedAnswer, str]) -> ListedQuestion:
        answer, ask = listed
        reply = bot.ask(ask)
        return ListedQuestion(ask, answer.id, reply.trace.approved, reply.kind)

    return put_side_by_side(put, [(answer, ask) for answer in answers for ask in answer.asks], at_once)
