"""A trained head over `support.py` scores how likely a reply says what its passages do not. `benchmarks/fit_claims.py`
makes its weights, a data file with their provenance; at run time it is two weighted sums."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isletbot.answering.verification.figures import NO_STUDY
from isletbot.answering.verification.ledger import NOTHING_TO_CHECK, find_objection
from isletbot.corpus import StudyWords
from isletbot.evaluation.phrasing import DOES_NOT_KNOW
from isletbot.evaluation.support import FEATURES, Matrix, measure_reply
from isletbot.finding_reasons import Reason
from isletbot.ports import Judgement
from isletbot.types import Outcome

Vector = NDArray[np.float64]
HEAD_FILE = "support_head.json"
POOLED = ("worst", "worst_two", "worst_three", "any", "all")
"""What is made of the sentences of a reply: the highest log-odds, means of the highest, whether any sentence is
unsupported (the sum of independent chances), the mean of all."""
_OBJECTED = 0.8
"""The factor on the score of a claim whose figures or denials differ."""
_EXTREME = 11.5
"""The log-odds beyond which a probability counts as 0 or 1."""


@dataclass(frozen=True, slots=True)
class SupportHead:
    sentence: Vector
    """A weight for each of `FEATURES`, and the bias."""
    reply: Vector
    """A weight for each of `POOLED`, and the bias."""
    least: float
    """The score from which a reply of several sentences counts as supported."""
    least_alone: float
    """The score from which a single sentence counts as supported: a claim, mostly one that somebody doubts."""


def parse_head(text: str) -> SupportHead:
    """Parses the weights. Raises ValueError when the file was made for other features."""
    stored = json.loads(text)
    if tuple(stored["sentence"]) != (*FEATURES, "bias") or tuple(stored["reply"]) != (*POOLED, "bias"):
        raise ValueError(f"{HEAD_FILE} was made for other features. Run benchmarks/fit_claims.py again.")
    sentence, reply = (np.array(list(stored[name].values()), dtype=float) for name in ("sentence", "reply"))
    return SupportHead(sentence, reply, float(stored["least"]), float(stored["least_alone"]))


def weigh_rows(rows: Matrix, weights: Vector) -> Vector:
    """Returns the log-odds of each row."""
    odds: Vector = rows @ weights[:-1] + weights[-1]
    return odds


def pool_sentences(odds: Vector) -> Vector:
    """Pools the log-odds of a reply's sentences into `POOLED`."""
    worst = np.clip(np.sort(odds)[::-1], -_EXTREME, _EXTREME)
    chance = np.log(np.log1p(np.exp(worst)).sum())
    return np.array([worst[0], worst[:2].mean(), worst[:3].mean(), chance, worst.mean()])


class SupportEntailment:
    """Judges a reply or a claim against the passages it was written from, for `isletbot eval claims`."""

    def __init__(self, head: SupportHead, study: StudyWords = NO_STUDY) -> None:
        self._head, self._study = head, study

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        if not any(quote.strip() for quote in quotes):
            return Judgement("unsupported", Reason("no_quote", "no passage"), 0.0)
        if DOES_NOT_KNOW.fullmatch(sentence.replace("’", "'").strip()):
            return Judgement("unchecked", Reason("nothing_to_check", "it says that it does not know"), 0.5)
        rows = measure_reply(sentence, quotes)
        if not (rows[:, FEATURES.index("size")].any() or rows[:, FEATURES.index("declines")].any()):
            return Judgement("unchecked", NOTHING_TO_CHECK, 0.5)
        odds = weigh_rows(rows, self._head.sentence)
        unsupported = weigh_rows(pool_sentences(odds)[None, :], self._head.reply)[0]
        score = float(1 / (1 + np.exp(np.clip(unsupported, -_EXTREME, _EXTREME))))
        if len(odds) == 1:
            return self._judge_alone(sentence, quotes, score)
        text = f"sentence {1 + int(np.argmax(odds))} of {len(odds)} is the least supported"
        worst = Reason("likelihood", text)
        return Judgement("supported" if score >= self._head.least else "unsupported", worst, score)

    def _judge_alone(self, sentence: str, quotes: Sequence[str], score: float) -> Judgement:
        """Judges a single claim, which one differing figure or denial decides; in a long reply it is a slip among
        many."""
        if problem := find_objection(sentence, quotes, self._study):
            return Judgement("unsupported", problem, score * _OBJECTED)
        outcome: Outcome = "supported" if score >= self._head.least_alone else "unsupported"
        return Judgement(outcome, Reason("likelihood", f"{score:.2f} that a passage says it"), score)
