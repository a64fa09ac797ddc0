"""Fits which sentences of its answer belong in the reply to a message, over the vectors of the reader that ships."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.numpy import save_file

from isletbot.answering.sentence_choice import list_scored_texts
from isletbot.corpus import Corpus, Kept
from isletbot.inference.sentence_scores import MATRIX, SENTENCES
from isletbot.inference.weights import file_sha256
from isletbot.ingestion.question_bank import BankMessage
from isletbot.ports import Embeddings, Vectors

_TEMPERATURE = 0.05
_BATCH, _EPOCHS, _RATE = 64, 6, 1e-3


class Listing(NamedTuple):
    """A message with the sentences of its answer, as vectors."""

    message: torch.Tensor
    sentences: torch.Tensor
    kept: tuple[int, ...]
    """Places of those that belong in the reply: at least one."""
    first: tuple[int, ...]
    """Places of those that may begin it."""


def train_sentences(
    corpus: Corpus,
    messages: Sequence[BankMessage],
    kept: Mapping[str, Kept],
    held_out: Sequence[str],
    embeddings: Embeddings,
    models: Path,
    reader: str,
) -> Mapping[str, float]:
    """Writes the matrix and its card beside the reader, and returns the figures on the writers held out: how often the
    best sentence belongs, by cosine and by the matrix. `kept` is what `read_kept_sentences` reads, `reader` the SHA-256
    of the reader's file."""
    known = [one for one in messages if one.writer not in held_out]
    measured = [one for one in messages if one.writer in held_out]
    matrix = fit_matrix(list_sentences(corpus, known, kept, embeddings))
    left_out = list_sentences(corpus, measured, kept, embeddings)
    figures = {
        "messages": len(left_out),
        "best_belongs_by_cosine": measure_best(left_out, np.eye(len(matrix), dtype=np.float32)),
        "best_belongs": measure_best(left_out, matrix),
    }
    path = models / f"{SENTENCES}.safetensors"
    save_file({MATRIX: matrix.astype(np.float16)}, path)
    path.chmod(0o644)  # whoever serves need not be who trained
    card = {
        "sha256": file_sha256(path),
        "reader_sha256": reader,
        "labels": f"{len(kept)} messages of training/sentences.jsonl",
        "figures": figures,
        "held_out_writers": list(held_out),
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return figures


def list_sentences(
    corpus: Corpus, messages: Sequence[BankMessage], kept: Mapping[str, Kept], embeddings: Embeddings
) -> list[Listing]:
    answers = {answer.id: answer for answer in corpus.answers if len(answer.sentences) > 1}
    labelled = [one for one in messages if one.id in kept and kept[one.id].places]
    asked = [one for one in labelled if one.answers and one.answers[0] in answers]
    texts = {answer.id: list_scored_texts(answer) for answer in answers.values()}
    vectors = {name: torch.tensor(embeddings.embed(said)) for name, said in texts.items()}
    found = torch.tensor(embeddings.embed([one.text for one in asked]))
    return [
        _list_places(vector, vectors[one.answers[0]], kept[one.id]) for one, vector in zip(asked, found, strict=True)
    ]


def _list_places(message: torch.Tensor, sentences: torch.Tensor, labels: Kept) -> Listing:
    return Listing(message, sentences, labels.places, labels.places[:1] if labels.ordered else labels.places)


def fit_matrix(listings: Sequence[Listing]) -> Vectors:
    """From the identity, which is the cosine; of the sentences of an answer those that belong shall score best."""
    torch.manual_seed(0)
    dimensions = listings[0].message.shape[0]
    matrix = torch.nn.Parameter(torch.eye(dimensions))
    optimizer = torch.optim.Adam([matrix], lr=_RATE)
    some = [one for one in listings if len(one.kept) < len(one.sentences)]
    for _ in range(_EPOCHS):
        order = torch.randperm(len(some)).tolist()
        for start in range(0, len(order), _BATCH):
            batch = [some[place] for place in order[start : start + _BATCH]]
            losses = [-torch.logsumexp(_score(one, matrix).log_softmax(0)[list(one.first)], 0) for one in batch]
            optimizer.zero_grad()
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return matrix.detach().numpy()


def measure_best(listings: Sequence[Listing], matrix: Vectors) -> float:
    """Share of the messages whose best sentence may begin the reply."""
    scorer = torch.tensor(matrix)
    right = [int(_score(one, scorer).argmax()) in one.first for one in listings]
    return sum(right) / len(right) if right else 0.0


def _score(one: Listing, matrix: torch.Tensor) -> torch.Tensor:
    return one.sentences @ (matrix @ one.message) / _TEMPERATURE
