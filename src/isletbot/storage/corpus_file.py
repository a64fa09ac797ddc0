"""This module writes a Corpus as lines of JSON and reads it back, the same to the last character."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from isletbot.corpus import Caution, Corpus, Glossary
from isletbot.types import ApprovedAnswer, Gap, Passage, Proposition, Quote, Sentence, Source

_DATES = ("published", "as_of", "review_due")
_DATES_OF_ANSWER = ("reviewed", "review_due", "expires")


def write_corpus(path: Path, corpus: Corpus) -> None:
    """Writes everything but the passages on the first line, and a passage on each further one."""
    head = {
        "version": corpus.version,
        "sources": [source_to_json(source) for source in corpus.sources],
        "cautions": [asdict(caution) for caution in corpus.cautions],
        "glossary": asdict(corpus.glossary),
        "texts": dict(corpus.texts),
        "coverage": dict(corpus.coverage),
        "answers": [_answer_to_json(answer) for answer in corpus.answers],
        "gaps": [asdict(gap) for gap in corpus.gaps],
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for stored in chain((head,), map(_passage_to_json, corpus.passages)):
            file.write(json.dumps(stored, ensure_ascii=False) + "\n")


def read_corpus(path: Path) -> Corpus:
    """Reads a corpus. Raises OSError, ValueError, KeyError or TypeError when `write_corpus` did not write it."""
    with open_corpus(path) as (corpus, passages):
        return replace(corpus, passages=tuple(passages))


@contextmanager
def open_corpus(path: Path) -> Iterator[tuple[Corpus, Iterator[Passage]]]:
    """Reads a corpus without its passages, and these one by one."""
    with path.open(encoding="utf-8", newline="\n") as file:
        stored = json.loads(file.readline())
        sources = {card["id"]: source_from_json(card) for card in stored["sources"]}
        corpus = Corpus(
            sources=tuple(sources.values()),
            passages=(),
            cautions=tuple(Caution(**_to_tuples(caution)) for caution in stored["cautions"]),
            glossary=Glossary(**{name: tuple(map(tuple, groups)) for name, groups in stored["glossary"].items()}),
            texts=stored["texts"],
            version=stored["version"],
            coverage=_to_tuples(stored["coverage"]),
            answers=tuple(_answer_from_json(answer) for answer in stored["answers"]),
            gaps=tuple(Gap(**_to_tuples(gap)) for gap in stored["gaps"]),
        )
        yield corpus, (_passage_from_json(json.loads(line), sources) for line in file)


def source_to_json(source: Source) -> dict[str, Any]:
    return {**asdict(source), **{name: getattr(source, name).isoformat() for name in _DATES}}


def source_from_json(card: dict[str, Any]) -> Source:
    return Source(**{**card, **{name: date.fromisoformat(card[name]) for name in _DATES}})


def _passage_to_json(passage: Passage) -> dict[str, Any]:
    fields = {name: getattr(passage, name) for name in Passage.__dataclass_fields__}
    return {**fields, "source": passage.source.id}


def _passage_from_json(stored: dict[str, Any], sources: dict[str, Source]) -> Passage:
    return Passage(**{**_to_tuples(stored), "source": sources[stored["source"]]})


def _answer_to_json(answer: ApprovedAnswer) -> dict[str, Any]:
    return {**asdict(answer), **{name: getattr(answer, name).isoformat() for name in _DATES_OF_ANSWER}}


def _answer_from_json(stored: dict[str, Any]) -> ApprovedAnswer:
    sentences = tuple(map(_sentence_from_json, stored["sentences"]))
    alone = tuple((place, _sentence_from_json(sentence)) for place, sentence in stored["alone"])
    dates = {name: date.fromisoformat(stored[name]) for name in _DATES_OF_ANSWER}
    propositions = tuple(Proposition(**proposition) for proposition in stored["propositions"])
    return ApprovedAnswer(
        **{**_to_tuples(stored), **dates, "sentences": sentences, "propositions": propositions, "alone": alone}
    )


def _sentence_from_json(stored: dict[str, Any]) -> Sentence:
    return Sentence(stored["text"], tuple(Quote(**quote) for quote in stored["quotes"]))


def _to_tuples(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
