"""The routes of the turns of one question, as the trained reader sees them, and the alarm they raise."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from isletbot.answering.on_topic import NEAR
from isletbot.answering.step_guard import attempt
from isletbot.messages import MessageRoute, join_turns
from isletbot.ports import Embeddings, RouteClassifier, Vectors
from isletbot.types import Triage

log = logging.getLogger(__name__)
Scores = Mapping[str, float]
"""Probability by route, and how near the message is to what the corpus is asked; empty where the classifier failed or
there is none."""
TIER: Mapping[MessageRoute, str] = {"emergency": "E1", "crisis": "E3", "care_team": "E2"}
_SAY: Mapping[MessageRoute, str] = {
    "emergency": "urgent-emergency",
    "crisis": "urgent-crisis",
    "care_team": "urgent-care-team",
}
_BOTH = 0.25
"""Least probability of emergency and of crisis each, from which both are named."""


@dataclass(frozen=True, slots=True)
class MessageClassifier:
    """What fails here is counted, and the rules' triage stands."""

    classifier: RouteClassifier
    embeddings: Embeddings
    urgent: float
    """Least probability of the urgent routes together that raises an alarm; stands in the model's card."""
    failures: Counter[str]
    measure: Callable[[str, Vectors], float] | None = None
    """How near a message, with its vector, is to what the corpus is asked."""

    def read(self, text: str, before: str) -> Scores:
        """Of one message with the person's turn before it."""
        try:
            vector = self.embeddings.embed([join_turns(text, before)])[0]
            scores = self.classifier.classify(vector)
        except Exception:  # whatever it is, the rules have spoken and stand
            self.failures["classifier"] += 1
            log.exception("the classifier failed; the rules' triage stands")
            return {}
        return {**scores, NEAR: self._measure(text, vector)} if self.measure else scores

    def _measure(self, text: str, vector: Vectors) -> float:
        """Nothing is near when it cannot be measured: the reader's word stands."""
        measure = self.measure
        return (attempt(lambda: measure(text, vector), "nearness", self.failures) if measure else None) or 0.0


def read_turns(
    said: tuple[str, ...], classifier: MessageClassifier | None, is_aside: Callable[[int], bool] = lambda _turn: False
) -> Callable[[int], Scores]:
    """The scores of a turn of the person, by its place; each is read once, with the nearest turn before it that is no
    aside."""
    known: dict[int, Scores] = {}

    def read(turn: int) -> Scores:
        if turn not in known:
            before = next((said[place] for place in reversed(range(turn)) if not is_aside(place)), "")
            known[turn] = classifier.read(said[turn], before) if classifier else {}
        return known[turn]

    return read


def find_alarm(read: Callable[[int], Scores], turns: Iterable[int], last: int, least: float) -> Triage | None:
    """Of the first of `turns` that reads as urgent; `last` is the place of the turn that is answered."""
    for turn in turns:
        scores = read(turn)
        if not scores or measure_urgency(scores) < least:
            continue
        route = max(TIER, key=lambda route: scores[route])
        both = min(scores["emergency"], scores["crisis"]) >= _BOTH
        say = "urgent-emergency-crisis" if both else _SAY[route]
        when = "-earlier" if turn < last else ""
        return Triage(
            "urgent", f"{TIER[route]}-read", f"read as {route}, {measure_urgency(scores):.2f}", f"{say}{when}"
        )
    return None


def measure_urgency(scores: Scores) -> float:
    return sum(scores[route] for route in TIER)
