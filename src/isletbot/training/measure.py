"""What a message reader is worth on messages of writers it was not trained on, exported and in int8 as it is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from isletbot.answering.votes import NEIGHBOURS, score_answers, score_candidates
from isletbot.corpus import Corpus
from isletbot.evaluation.scores import auroc
from isletbot.ingestion.question_bank import BankMessage, find_examples, find_gap_examples, find_statement_examples
from isletbot.messages import MessageRoute
from isletbot.ports import Embeddings, RouteClassifier
from isletbot.storage.answer_search import AnswerSearch
from isletbot.storage.example_search import ExampleSearch

_URGENT: tuple[MessageRoute, ...] = ("emergency", "crisis", "care_team")
_CANDIDATES = 10
_THRESHOLDS = tuple(float(value) for value in np.round(np.arange(0.2, 0.81, 0.02), 2))


@dataclass(frozen=True, slots=True)
class Read:
    """One held-out message as it was read."""

    message: BankMessage
    routes: Mapping[str, float]
    answers: tuple[tuple[str, float], ...]
    """(id, relevance), best first."""


def read_messages(
    embeddings: Embeddings,
    classifier: RouteClassifier,
    corpus: Corpus,
    known: Sequence[BankMessage],
    held_out: Sequence[BankMessage],
) -> tuple[Read, ...]:
    """Each held-out message, with `known` as the examples that vote."""
    bank = find_examples(known, corpus.passages, corpus.answers)
    listed = find_statement_examples(corpus.passages, corpus.answers)
    examples = (*bank, *listed, *find_gap_examples(corpus.gaps))
    search = ExampleSearch(examples, embeddings.embed([one.text for one in examples]))
    asks = [ask for answer in corpus.answers for ask in answer.asks]
    answers = AnswerSearch(corpus.answers, embeddings.embed(asks))
    read = []
    for message in held_out:
        [vector] = embeddings.embed([message.text])
        near = answers.nearest(vector, _CANDIDATES, date.min)
        scores = score_candidates(near, *search.nearest_of_each(vector, NEIGHBOURS))
        judged = score_answers(near, message.turns[-1], scores)
        scored = tuple((one.answer.id, one.relevance) for one in judged)
        read.append(Read(message, classifier.classify(vector), scored))
    return tuple(read)


def choose_threshold(read: Sequence[Read]) -> float:
    """The least relevance at which most messages get their answer, or none where none is right."""
    return max(_THRESHOLDS, key=lambda least: (_count_right(read, least), -abs(least - 0.5)))


def measure_read(read: Sequence[Read], answer: float, urgent: float) -> Mapping[str, float]:
    """Shares of the held-out messages. `answer` and `urgent` are the thresholds of the model."""
    alarmed = [sum(one.routes[route] for route in _URGENT) >= urgent for one in read]
    is_urgent = [one.message.route in _URGENT for one in read]
    asked = [one for one in read if one.message.route == "answer"]
    answered = [one for one in asked if one.message.answers]
    best = [one.answers[0][1] if one.answers else 0.0 for one in asked]
    return {
        "messages": len(read),
        "route": _share([_route(one, urgent) == one.message.route for one in read]),
        "urgent_found": _share([found for found, wanted in zip(alarmed, is_urgent, strict=True) if wanted]),
        "false_alarms": _share([found for found, wanted in zip(alarmed, is_urgent, strict=True) if not wanted]),
        "answer_first": _share([_is_among(one, 1) for one in answered]),
        "answer_among_three": _share([_is_among(one, 3) for one in answered]),
        "answerable_auroc": auroc(best, [bool(one.message.answers) for one in asked]) if asked else 0.0,
        "right": _count_right(read, answer) / len(asked) if asked else 0.0,
    }


def _count_right(read: Sequence[Read], least: float) -> int:
    """Messages on the topic that get a right answer, or none where none is right."""
    right = 0
    for one in read:
        if one.message.route == "answer":
            given = [answer for answer, relevance in one.answers[:1] if relevance >= least]
            right += given[0] in one.message.answers if given else not one.message.answers
    return right


def _route(one: Read, urgent: float) -> str:
    if sum(one.routes[route] for route in _URGENT) >= urgent:
        return max(_URGENT, key=lambda route: one.routes[route])
    return max((route for route in one.routes if route not in _URGENT), key=lambda route: one.routes[route])


def _is_among(one: Read, first: int) -> bool:
    return any(answer in one.message.answers for answer, _ in one.answers[:first])


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
