"""This module measures how much of a reply is on point and whether it begins with the answer, by labelled questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from isletbot.errors import InputError
from isletbot.evaluation.cases import RELEVANCE
from isletbot.evaluation.intervals import wilson_interval
from isletbot.evaluation.jsonl import JsonRow, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.run_figures import Figure
from isletbot.ports import Asks
from isletbot.types import Answer, Passage

_FORM = 'A line is {"id": "…", "question": "…", "answers": ["source#anchor", …], "belongs": […]}.'


@dataclass(frozen=True, slots=True)
class RelevanceLabel:
    id: str
    question: str
    answers: frozenset[str]
    """The names of the statements that answer it, each by itself."""
    belongs: frozenset[str]
    """The names of the others that a good reply may add."""


@dataclass(frozen=True, slots=True)
class JudgedReply:
    label: RelevanceLabel
    kind: str
    sentences: tuple[tuple[str, bool], ...]
    """Each sentence with whether it is on point."""
    direct: bool
    """Whether the first sentence rests on a statement that answers."""


def read_labels(path: Path) -> tuple[RelevanceLabel, ...]:
    """Reads the labelled questions. Raises InputError with the wrong line."""
    return tuple(_read_label(where, row) for where, row in read_rows(path, _FORM))


def _read_label(where: str, row: JsonRow) -> RelevanceLabel:
    case_id, question = (read_text_field(where, row, name, _FORM) for name in ("id", "question"))
    answers, belongs = (read_texts_field(where, row, name, _FORM) for name in ("answers", "belongs"))
    if not answers or any("#" not in name for name in (*answers, *belongs)):
        raise InputError(f"{where}: answers is {answers!r}, not names of statements.", remedy=_FORM)
    return RelevanceLabel(case_id, question, frozenset(answers), frozenset(belongs))


def judge_replies(
    bot: Asks, labels: Sequence[RelevanceLabel], find: Callable[[Sequence[str]], Sequence[Passage]]
) -> Iterator[JudgedReply]:
    """Puts each question to the bot by itself. `find` returns the passages of these keys."""
    for label in labels:
        answer = bot.ask(label.question)
        rests = [_name_statements(answer, place, find) for place in range(len(answer.sentences))]
        known = label.answers | label.belongs
        sentences = tuple(
            (sentence.text, bool(names & known)) for sentence, names in zip(answer.sentences, rests, strict=True)
        )
        yield JudgedReply(label, answer.kind, sentences, bool(rests) and bool(rests[0] & label.answers))


def _name_statements(answer: Answer, place: int, find: Callable[[Sequence[str]], Sequence[Passage]]) -> set[str]:
    return {passage.statement for passage in find([quote.key for quote in answer.sentences[place].quotes])}


def measure_relevance(judged: Sequence[JudgedReply]) -> tuple[Figure, ...]:
    """Computes relevance over sentences and directness over questions; a question without an answer is not direct."""
    on_point = [right for reply in judged for _, right in reply.sentences]
    return (
        *make_share("relevance", sum(on_point), len(on_point)),
        *make_share("directness", sum(reply.direct for reply in judged), len(judged)),
    )


def make_share(name: str, right: int, of: int, suite: str = RELEVANCE) -> tuple[Figure, ...]:
    """Makes the figure of a share; none when nothing was counted."""
    if not of:
        return ()
    interval = wilson_interval(right, of)
    return (Figure(suite, name, right / of, interval.low, interval.high, of),)
