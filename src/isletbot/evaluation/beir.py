"""This module reads a folder in BEIR's form (`corpus.jsonl`, `queries*.jsonl`, `qrels/*.tsv`) as a corpus and judged
queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isletbot.corpus import Corpus, Glossary
from isletbot.errors import InputError
from isletbot.evaluation.external_texts import make_passage, make_source
from isletbot.evaluation.jsonl import read_lines
from isletbot.types import Passage

_FORM = "A BEIR folder holds corpus.jsonl, queries.jsonl and qrels/*.tsv (beir.ai)."


@dataclass(frozen=True, slots=True)
class Collection:
    corpus: Corpus
    documents: Mapping[str, str]
    """The collection's document id by passage key."""
    queries: Mapping[str, str]
    """The judged queries only."""
    judgements: Mapping[str, Mapping[str, int]]
    """The relevance by query id and document id; 0 for what is not listed."""


def read_beir(folder: Path) -> Collection:
    """Reads the folder. Raises InputError that names file, line and rule."""
    judgements = _read_judgements(folder)
    queries = {row["_id"]: row["text"] for path in sorted(folder.glob("queries*.jsonl")) for row in _read_rows(path)}
    unknown = sorted(judgements.keys() - queries.keys())
    if unknown:
        raise InputError(f"qrels judge the query {unknown[0]!r}, which no queries file holds.", remedy=_FORM)
    source = make_source(folder.name)
    documents: dict[str, str] = {}
    passages: list[Passage] = []
    for number, row in enumerate(_read_rows(folder / "corpus.jsonl")):
        text = f"{row.get('title', '')} {row['text']}".strip()
        key = f"d{number}"
        documents[key] = row["_id"]
        passages.append(make_passage(source, key, text))
    corpus = Corpus(
        sources=(source,),
        passages=tuple(passages),
        cautions=(),
        glossary=Glossary((), ()),
        texts={source.id: ""},
        version=folder.name,
        coverage={},
    )
    return Collection(corpus, documents, {name: queries[name] for name in judgements}, judgements)


def _read_judgements(folder: Path) -> dict[str, dict[str, int]]:
    paths = sorted((folder / "qrels").glob("*.tsv"))
    if not paths:
        raise InputError(f"{str(folder / 'qrels')!r} holds no .tsv file.", remedy=_FORM)
    judgements: dict[str, dict[str, int]] = {}
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fields = line.split("\t")
            if number == 1 and not fields[-1].strip().lstrip("-").isdigit():
                continue  # the header
            try:
                query, document, relevance = fields
                judgements.setdefault(query, {})[document] = int(relevance)
            except ValueError as error:
                raise InputError(f"{path}:{number}: {line!r} is not query, document, number.", remedy=_FORM) from error
    return judgements


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in read_lines(path, _FORM):
        try:
            row = json.loads(line)
            yield {**row, "_id": str(row["_id"]), "text": str(row["text"])}
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: not a JSON object with _id and text.", remedy=_FORM) from error
