"""Fits the message reader: one encoder for routes, for "which approved answer", and for the search of statements."""

from __future__ import annotations

import logging
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize

from isletbot.corpus import Corpus
from isletbot.inference.adapter import HEAD_BIAS, HEAD_WEIGHT, Adapter, read_tensors
from isletbot.ingestion.question_bank import BankMessage, find_statement_examples, make_answer_lookup
from isletbot.messages import MessageRoute
from isletbot.training.encoder import TunedEncoder, batch_by_length, make_schedule, unit_scale

log = logging.getLogger(__name__)
ROUTES: tuple[MessageRoute, ...] = get_args(MessageRoute)
MAX_TOKENS = 96
"""Of a message in training: nineteen of twenty are shorter."""
_BATCH = 32
_CONTRASTED = 20
_TEMPERATURE = 0.05
_DROPOUT = 0.1
_CONTRAST_WEIGHT = 0.5
_SHARE_OF_STATEMENTS = 0.6


class Row(NamedTuple):
    text: str
    route: int
    """Place in `ROUTES`."""
    answers: frozenset[int]
    """Places of the answers that answer it; the place after the last stands for none; empty where it is not judged."""


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    rank: int = 32
    layers: int = 4
    learning_rate: float = 8e-4
    epochs: float = 2.0
    contrast: float = 0.25
    """Share of the steps that also draw questions to their statements, and ways of asking for one answer together."""
    seed: int = 0
    new: tuple[str, ...] = ()
    """Writers whom the reader in use does not know: it goes on from there, with a share of the others. Empty: anew."""


@dataclass(frozen=True, slots=True)
class ReaderData:
    rows: tuple[Row, ...]
    answers: tuple[str, ...]
    """Ids of approved answers and keys of statements, in the order of their places."""
    statements: tuple[tuple[str, str], ...]
    """(question, statement that answers it)."""


def make_reader_data(corpus: Corpus, messages: Sequence[BankMessage]) -> ReaderData:
    """The bank, and the ways of asking that the corpus lists for its answers and statements."""
    texts = {passage.key: passage.text for passage in corpus.passages}
    first = {one.id: one.sentences[0].quotes[0].text for one in corpus.answers}
    ids = (*first, *texts)
    place, none = {answer: row for row, answer in enumerate(ids)}, len(ids)
    answered = ROUTES.index("answer")
    listed = find_statement_examples(corpus.passages, corpus.answers)
    known = [
        *((ask, (one.id,)) for one in corpus.answers for ask in one.asks),
        *((one.text, one.answers) for one in listed),
    ]
    rows = [Row(text, answered, frozenset(place[answer] for answer in answers)) for text, answers in known]
    rows += [Row(ask, answered, frozenset((none,))) for gap in corpus.gaps for ask in gap.asks]
    statements = [(ask, passage.text) for passage in corpus.passages for ask in passage.asks]
    answered_by = make_answer_lookup(corpus.passages, corpus.answers)
    for message in messages:
        right = [answer for answer in answered_by(message) if answer in place]
        answers = frozenset(place[answer] for answer in right) or frozenset((none,))
        judged = answers if message.route == "answer" or right else frozenset()
        rows.append(Row(message.text, ROUTES.index(message.route), judged))
        statements += [(message.text, first.get(answer) or texts[answer]) for answer in right[:1]]
    return ReaderData(tuple(rows), ids, tuple(statements))


def fit_reader(
    encoder: TunedEncoder, data: ReaderData, recipe: ReaderRecipe, start: Adapter | None = None
) -> torch.nn.Linear:
    """The head for routes; the encoder is tuned in place, from the base or from a reader in use."""
    rng = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    routes = torch.nn.Linear(encoder.dimensions, len(ROUTES))
    if start:
        encoder.load(start)
        _load_head(routes, start, unit_scale(encoder.dimensions))
    answers = torch.nn.Linear(encoder.dimensions, len(data.answers) + 1)  # trains the vectors, and is thrown away
    heads = [*routes.parameters(), *answers.parameters()]
    optimizer = torch.optim.AdamW(
        [{"params": encoder.parameters, "lr": recipe.learning_rate}, {"params": heads, "lr": 2e-3}], weight_decay=0.01
    )
    total = int(len(data.rows) / _BATCH * recipe.epochs)
    schedule = make_schedule(optimizer, total)
    scale, dropout = unit_scale(encoder.dimensions), torch.nn.Dropout(_DROPOUT)
    contrast = _Contrast(data, rng)
    encoder.model.train()
    for step, batch in enumerate(batch_by_length(data.rows, _BATCH, total, rng, lambda row: len(row.text))):
        vectors = dropout(normalize(encoder.means([row.text for row in batch]), dim=1) * scale)
        loss = cross_entropy(routes(vectors), torch.tensor([row.route for row in batch]))
        loss = loss + _answer_loss(answers(vectors), batch)
        if rng.random() < recipe.contrast:
            loss = loss + _CONTRAST_WEIGHT * contrast.loss(encoder)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % 50 == 0:
            log.info("step %d of %d, loss %.3f", step, total, loss.item())
    return routes


def _load_head(routes: torch.nn.Linear, start: Adapter, scale: float) -> None:
    tensors = read_tensors(start)
    with torch.no_grad():
        routes.weight.copy_(torch.from_numpy(tensors[HEAD_WEIGHT] / np.float32(scale)))
        routes.bias.copy_(torch.from_numpy(tensors[HEAD_BIAS]))


def _answer_loss(logits: torch.Tensor, batch: Sequence[Row]) -> torch.Tensor:
    """Of the rows that are judged; a message may have several right answers."""
    judged = [row for row, one in enumerate(batch) if one.answers]
    if not judged:
        return logits.sum() * 0.0
    right = torch.full((len(judged), logits.shape[1]), -math.inf)
    for place, row in enumerate(judged):
        right[place, list(batch[row].answers)] = 0.0
    return -torch.logsumexp(logits[judged].log_softmax(1) + right, 1).mean()


class _Contrast:
    """In-batch negatives, those of the same meaning masked."""

    def __init__(self, data: ReaderData, rng: random.Random) -> None:
        self._statements, self._rng = data.statements, rng
        self._asks: defaultdict[int, list[str]] = defaultdict(list)
        for row in data.rows:
            if len(row.answers) == 1 and len(data.answers) not in row.answers:
                self._asks[next(iter(row.answers))].append(row.text)

    def loss(self, encoder: TunedEncoder) -> torch.Tensor:
        left, right, meaning = self._draw()
        vectors = normalize(encoder.means([*left, *right]), dim=1)
        near = vectors[: len(left)] @ vectors[len(left) :].T / _TEMPERATURE
        for row, one in enumerate(meaning):
            for column, other in enumerate(meaning):
                if row != column and one == other:
                    near[row, column] = -math.inf
        wanted = torch.arange(len(left))
        return (cross_entropy(near, wanted) + cross_entropy(near.T, wanted)) / 2

    def _draw(self) -> tuple[list[str], list[str], list[object]]:
        if len(self._asks) < 2 or self._rng.random() < _SHARE_OF_STATEMENTS:
            some = self._rng.sample(self._statements, min(_CONTRASTED, len(self._statements)))
            return [ask for ask, _ in some], [text for _, text in some], [text for _, text in some]
        answers = self._rng.sample(sorted(self._asks), min(_CONTRASTED, len(self._asks)))
        pairs = [self._rng.choices(self._asks[answer], k=2) for answer in answers]
        return [one for one, _ in pairs], [other for _, other in pairs], list(answers)
