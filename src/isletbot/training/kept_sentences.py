"""Reads which sentences of its answer belong in the reply to a message, as readers labelled them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from isletbot.corpus import Corpus
from isletbot.errors import InputError
from isletbot.inference.sentence_scores import digest_texts
from isletbot.types import ApprovedAnswer


class Kept(NamedTuple):
    """The sentences of its answer that belong in the reply to a message."""

    places: tuple[int, ...]
    """None where no sentence belongs; what was asked for comes first where `asked`."""
    asked: bool = False
    """A reader said what the reply begins with; else only which sentences belong."""


def read_kept_sentences(path: Path, corpus: Corpus) -> Mapping[str, Kept]:
    """By the id of the message; empty where there is no such file. Labels of an answer that has other sentences now are
    left out.

    Raises InputError that names file, line, rule and remedy.
    """
    digests = {answer.id: digest_sentences(answer) for answer in corpus.answers}
    kept: dict[str, Kept] = {}
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            name, answer, keep, of = str(row["id"]), row["answer"], [int(place) for place in row["keep"]], row["of"]
        except (ValueError, KeyError, TypeError) as error:
            remedy = 'A line is {"id": "q1", "answer": "id", "of": "digest of its sentences", "keep": [1]}.'
            raise InputError(f"{path}:{number}: no label of sentences ({error!r}).", remedy=remedy) from error
        if digests.get(answer) == of:
            kept[name] = Kept(tuple(place - 1 for place in keep), row.get("asked") is True)
    return kept


def digest_sentences(answer: ApprovedAnswer) -> str:
    return digest_texts([sentence.text for sentence in answer.sentences])
