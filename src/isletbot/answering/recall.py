"""Reads back from the text of a reply what it rests on, since the line stores nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from isletbot.types import ApprovedAnswer, Opening, Passage, Quote, Sentence

ReplyIntentName = Literal["shorter", "plainer", "figures", "more", "sure", "source", "source_date"]
"""What may be asked of the last reply, rather than of the sources."""
_MARKS = re.compile(r"((?:\[\d+\])+)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Recalled:
    """Holds what the index knows of a reply."""

    sentences: tuple[Sentence, ...] = ()
    numbers: Mapping[int, str] = field(default_factory=dict)
    """Id of the source by the number the reply showed for it."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Lists the keys of the passages it rests on, in order, each once."""
        return tuple(dict.fromkeys(quote.key for sentence in self.sentences for quote in sentence.quotes))


@dataclass(frozen=True, slots=True)
class ReplyIntent:
    """Tells what a person asks of the last reply."""

    name: ReplyIntentName
    said: Recalled
    """The last reply; it has at least one sentence."""
    heard: frozenset[str] = frozenset()
    """Keys of every passage that any reply of the conversation rests on."""
    number: int = 0
    """Of the source that is asked for; 0 where none is named."""
    listed: bool = False
    """Whether the message is a listed way of asking, word for word."""
    referral: str = ""
    """Name of the text that the last reply began with, where that referred a personal question."""


def recall_reply(
    text: str,
    answers: Sequence[ApprovedAnswer],
    passages: Sequence[Passage],
    openings: Mapping[Opening, str],
) -> Recalled:
    """Finds the sentences before the marks `[n]` that an approved answer or a statement says, with what they quote, and
    leaves out whatever else stands in the text."""
    known, sources = _list_known(answers, passages), {passage.key: passage.source.id for passage in passages}
    found: list[Sentence] = []
    numbers: dict[int, str] = {}
    pieces = _MARKS.split(text)
    for said, marks in zip(pieces[::2], pieces[1::2], strict=False):
        sentence = _find_sentence(said.split(), known, openings)
        if sentence is None:
            continue
        found.append(sentence)
        quoted = dict.fromkeys(sources[quote.key] for quote in sentence.quotes)
        numbers.update(zip(map(int, _NUMBER.findall(marks)), quoted, strict=False))
    return Recalled(tuple(dict.fromkeys(found)), numbers)


def _list_known(answers: Sequence[ApprovedAnswer], passages: Sequence[Passage]) -> Mapping[str, Sentence]:
    """Maps texts to sentences. An approved answer goes before a statement that says the same; a sentence that quotes a
    passage which is not served any more is not known."""
    served = {passage.key for passage in passages}
    known = {
        " ".join(form.split()): Sentence(form, (Quote(one.key, one.text, one.start, one.end),))
        for one in passages
        for form in (one.again, one.say, one.text)
        if form
    }
    for sentence in (sentence for answer in answers for sentence in answer.wordings):
        if all(quote.key in served for quote in sentence.quotes):
            known[" ".join(sentence.text.split())] = sentence
    return known


def _find_sentence(
    words: Sequence[str], known: Mapping[str, Sentence], openings: Mapping[Opening, str]
) -> Sentence | None:
    """Finds the longest sentence that the words end with: a referral or another text may stand before it."""
    for start in range(len(words)):
        sentence = known.get(" ".join(words[start:]))
        if sentence is None:
            continue
        before = " ".join(words[:start])
        opening = next((said for said in openings.values() if before == said), "")
        return Sentence(f"{opening} {sentence.text}", sentence.quotes, opening) if opening else sentence
    return None
