"""Reads which sentences of its answer belong in the reply to a message, as readers labelled them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from isletbot.corpus import Kept
from isletbot.errors import InputError
from isletbot.types import ApprovedAnswer


def find_kept_file(questions_dir: Path) -> Path:
    """It stands beside the folder of the question bank; a corpus need not have one."""
    return questions_dir.parent / "sentences.jsonl"


def read_kept_sentences(path: Path, answers: Sequence[ApprovedAnswer]) -> Mapping[str, Kept]:
    """By the id of the message; empty where there is no such file. Labels of an answer that has other sentences now are
    left out.

    Raises InputError that names file, line, rule and remedy.
    """
    digests = {answer.id: digest_sentences(answer) for answer in answers}
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
            ordered = row.get("asked") is True
            kept[name] = Kept(tuple(place - 1 for place in keep), ordered, row.get("complete", not ordered) is True)
    return kept


def digest_sentences(answer: ApprovedAnswer) -> str:
    """What is learnt of an answer's sentences names this, so that it does not outlive their words."""
    return hashlib.sha256("\n".join(sentence.text for sentence in answer.sentences).encode()).hexdigest()[:12]
