"""Chooses which sentences of an approved answer a message asks for. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from isletbot.types import ApprovedAnswer, Evidence, Sentence

_LEANS = re.compile(
    # "It came out in June.", "Of these, 2 got the half dose.", "3 people in the trial had it."
    # not: "In the trial 3 people had neutropenia."
    r"^(it|its|they|their|that|this|these|those|he|she|such|both|some|one|so|but|the other|like all|of (?:these|them)"
    r"|at that|everyone also|\d+ of them)\b|\b(then|them|of these|had it|linked? it)\b",
    re.IGNORECASE,
)


_BEHIND = 0.35
"""How far a sentence may score behind the best one. Of 61 replies to blind messages, two readers had found 41 % of the
sentences on point when all were said: with 0.35 it is 56 %, and 94 % of those on point are still said. Of 183 messages
of writers left out of training it is 67 and 89 %. A narrower choice loses facts: at 0.3 `gold` falls by six of 314."""


def list_scored_texts(answer: ApprovedAnswer) -> list[str]:
    """Each sentence as it is said alone: so a message is compared with it."""
    alone = dict(answer.alone)
    return [alone.get(place, sentence).text for place, sentence in enumerate(answer.sentences)]


def choose_sentences(
    answer: ApprovedAnswer, scores: Sequence[float], evidence: Evidence, keep_first: bool = False
) -> tuple[Sentence, ...]:
    """The best one and those that score nearly as much. What stands together in the answer stays together, and what
    holds the best one comes first.

    A sentence that leans on the one before it ("It …") is said as it is said alone, or keeps that one. One that a
    stronger source corrects keeps those that correct it.
    """
    alone = dict(answer.alone)
    best = max(range(len(scores)), key=lambda place: scores[place])
    kept = {place for place, score in enumerate(scores) if score >= scores[best] - _BEHIND}
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
