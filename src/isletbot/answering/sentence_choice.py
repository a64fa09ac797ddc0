"""Chooses which sentences of an approved answer a message asks for. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from isletbot.answering.neighbours import NEAREST, SHARPNESS_WITHIN, weigh_vote
from isletbot.corpus import Kept
from isletbot.ports import ExampleHit
from isletbot.types import ApprovedAnswer, Evidence, Sentence

_LEANS = re.compile(
    # "It came out in June.", "Of these, 2 got the half dose.", "3 people in the trial had it."
    # not: "In the trial 3 people had neutropenia."
    r"^(it|its|they|their|that|this|these|those|he|she|such|both|some|one|so|but|the other|like all|of (?:these|them)"
    r"|at that|everyone also|\d+ of them)\b|\b(then|them|of these|had it|linked? it)\b",
    re.IGNORECASE,
)
_BEHIND = 0.35
"""How far a sentence of an answer without labelled messages may score behind the best one. On 419 messages of writers
left out 61 % of what is said belongs and 95 % of what belongs is said."""
_BELONGS = 0.2
"""Share of the votes from which a sentence belongs. On 419 messages of writers H and D, left out of what votes, 82 % of
what is said belongs and 93 % of what belongs is said; on 1,052 of Q1 and Q2 it is 70 and 95 %. A narrower choice loses
facts: at 0.35 it is 86 and 87, 78 and 93, and `gold` has 280 of 314 for 286."""


class Choice(NamedTuple):
    """Places of the sentences of an answer that a message asks for."""

    best: int
    """What the reply begins with."""
    kept: frozenset[int]


def list_scored_texts(answer: ApprovedAnswer) -> list[str]:
    """Each sentence as it is said alone: so a message is compared with it."""
    alone = dict(answer.alone)
    return [alone.get(place, sentence).text for place, sentence in enumerate(answer.sentences)]


def choose_sentences(scores: Sequence[float], hits: Sequence[ExampleHit]) -> Choice:
    """Begins with what has most votes and score together, and keeps what has votes enough. `hits` are messages that ask
    for this answer, best first; where no reader labelled one, the score alone decides. On writers left out the votes
    and the score find the right beginning for 87 % of 2,138 messages, the score alone for 85 %."""
    labelled = [(hit.similarity, hit.example.kept) for hit in hits if hit.example.kept]
    begins = _count_votes([label for label in labelled if label[1].places], _weigh_beginning)
    best = max(range(len(scores)), key=lambda place: scores[place] + begins.get(place, 0.0))
    if complete := [label for label in labelled if label[1].complete]:
        belongs = _count_votes(complete, lambda kept: dict.fromkeys(kept.places, 1.0))
        kept = [place for place, share in belongs.items() if share >= _BELONGS]
    else:
        kept = [place for place, score in enumerate(scores) if score >= max(scores) - _BEHIND]
    return Choice(best, frozenset({best, *kept}))


def _weigh_beginning(kept: Kept) -> Mapping[int, float]:
    """Where the reader did not say what begins the reply, any that belongs may."""
    first = kept.places[:1] if kept.ordered else kept.places
    return dict.fromkeys(first, 1 / len(first))


def _count_votes(
    labelled: Sequence[tuple[float, Kept]], weigh: Callable[[Kept], Mapping[int, float]]
) -> Mapping[int, float]:
    """By place of a sentence, its share of the votes of the nearest messages; `labelled` has each one's cosine."""
    shares: defaultdict[int, float] = defaultdict(float)
    total = 0.0
    for similarity, kept in labelled[:NEAREST]:
        nearness = weigh_vote(similarity, SHARPNESS_WITHIN)
        total += nearness
        for place, weight in weigh(kept).items():
            shares[place] += nearness * weight
    return {place: share / total for place, share in shares.items()}


def say_choice(
    answer: ApprovedAnswer, choice: Choice, evidence: Evidence, keep_first: bool = False
) -> tuple[Sentence, ...]:
    """The chosen sentences. What stands together in the answer stays together, and what holds the best one comes first.

    A sentence that leans on the one before it ("It …") is said as it is said alone, or keeps that one. One that a
    stronger source corrects keeps those that correct it.
    """
    alone = dict(answer.alone)
    best, kept = choice.best, set(choice.kept)
    if keep_first:
        kept.add(0)
        best = 0
    kept |= {other for place in kept for other in _list_corrections(answer.sentences, place, evidence)}
    begins = {place for place in alone if place - 1 not in kept or place == best}
    runs = [run for run in _split_runs(answer.sentences, begins) if kept.intersection(run)]
    runs.sort(key=lambda run: best not in run)
    said = [place for run in runs for place in run if place <= max(kept.intersection(run))]
    return tuple(alone[place] if place in begins else answer.sentences[place] for place in said)


def _split_runs(sentences: Sequence[Sentence], begins: Collection[int]) -> Iterator[list[int]]:
    """Places of sentences that are said together: one that stands alone, and those that lean on it."""
    run: list[int] = []
    for place, sentence in enumerate(sentences):
        if run and (place in begins or not _LEANS.search(sentence.text)):
            yield run
            run = []
        run.append(place)
    yield run


def _list_corrections(sentences: Sequence[Sentence], place: int, evidence: Evidence) -> list[int]:
    passages = [evidence.passage(quote.key) for quote in sentences[place].quotes]
    correcting = {key for passage in passages if passage for key in passage.corrected_by}
    return [
        other
        for other, sentence in enumerate(sentences)
        if correcting.intersection(quote.key for quote in sentence.quotes)
    ]
