"""Each way of asking for an answer is tried on the whole line, so that who approves it reads which do not get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from isletbot.console.labels import KINDS
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.types import Answer, ApprovedAnswer


@dataclass(frozen=True, slots=True)
class TriedAsk:
    """A way of asking with the reply that it gets while the tried version is served."""

    ask: str
    answer: Answer
    given: bool
    replaces: str
    """The first way of asking for the shipped answer that lists the same words; empty when none does."""

    @property
    def warning(self) -> str:
        """Tells the approver what is unusual about this way of asking; empty when nothing is."""
        if not self.given:
            kind = KINDS.get(self.answer.kind, self.answer.kind)
            return f"“{self.ask}” does not get it: the bot replies “{kind}”. Emergencies and own cases go first."
        if self.replaces:
            return f"“{self.ask}” has an answer that ships with the corpus (“{self.replaces}”). Yours is given instead."
        return ""


def try_asks(
    version: AnswerVersion,
    ask: Callable[[str], Answer],
    find_shipped: Callable[[str], ApprovedAnswer | None],
) -> Iterator[TriedAsk]:
    for words in version.wording.asks:
        got, shipped = ask(words), find_shipped(words)
        given = got.kind == "answered" and version.answer_id in got.trace.approved
        yield TriedAsk(words, got, given, shipped.asks[0] if shipped else "")
