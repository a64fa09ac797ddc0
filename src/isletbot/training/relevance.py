"""Fits the cross-encoder: does a text answer a message? Pairs from the bank and the corpus, and public ones."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from isletbot.corpus import Corpus
from isletbot.errors import InputError
from isletbot.evaluation.scores import auroc
from isletbot.ingestion.question_bank import BankMessage
from isletbot.training.encoder import Pair, TunedEncoder, batch_by_length, make_schedule
from isletbot.types import ApprovedAnswer

log = logging.getLogger(__name__)
LABELS = ("other", "answers")
_BATCH = 24
_SAME_STATEMENT = 0.6
"""Cosine, in the base, from which another statement may say the same: it is no negative."""
_PUBLIC_ANSWER = "answers"
_MEASURED = 1_200
_PRECISION = 0.9
"""A quoted statement that does not answer is worse than none: asked for is precision."""
_PAIRS_A_MESSAGE = 1.7
_WHOLE_ANSWERS = 0.4
"""Share of the messages that are paired with the whole answer, not with its first statement."""


class LabelledPair(NamedTuple):
    pair: Pair
    answers: bool
    group: str
    """What is held out together: an approved answer, or a public question."""


@dataclass(frozen=True, slots=True)
class RelevanceRecipe:
    rank: int = 32
    layers: int = 4
    learning_rate: float = 6e-4
    epochs: float = 1.0
    public: int = 16_000
    """Most public pairs, as many of each set as of any other, as far as there are."""
    own: int = 16_000
    """Most pairs of the bank and the corpus."""
    held_out: float = 0.08
    """Share of the groups that is measured on."""
    seed: int = 0


def make_pairs(
    corpus: Corpus, messages: Sequence[BankMessage], encoder: TunedEncoder, most: int, rng: random.Random
) -> list[LabelledPair]:
    """A message with what answers it, and with the nearest that does not; near misses with what they nearly fit.

    About `most` pairs, drawn from all of the bank. The encoder is still the base: it only finds what is near.
    """
    answers = {answer.id: answer for answer in corpus.answers}
    passages = {passage.key: row for row, passage in enumerate(corpus.passages)}
    first = {answer.id: passages[answer.sentences[0].quotes[0].key] for answer in corpus.answers}
    asked = [(ask, row, "") for row, passage in enumerate(corpus.passages) for ask in passage.asks]
    places = {passage.statement: row for row, passage in enumerate(corpus.passages)}
    asked += [(one.text, places[name], "") for one in messages for name in one.statements[:1] if name in places]
    judged = [one for one in messages if one.route == "answer" and not one.statements]
    for one in rng.sample(judged, min(len(judged), max(0, int(most / _PAIRS_A_MESSAGE) - len(asked)))):
        known = [answer for answer in (*one.answers, one.near) if answer in answers]
        asked.append((one.text, first[known[0]] if known else -1, known[0] if known else "none"))
        if not one.answers and known:
            asked[-1] = (one.text, ~first[known[0]], known[0])
    texts = [passage.text for passage in corpus.passages]
    vectors, messages_vectors = encoder.embed(texts), encoder.embed([text for text, _, _ in asked])
    pairs: list[LabelledPair] = []
    for (text, row, group), vector in zip(asked, messages_vectors, strict=True):
        group = group or corpus.passages[row].statement
        if group == "none":
            pairs.append(LabelledPair((text, texts[int(np.argmax(vectors @ vector))]), False, group))
            continue
        right, place = row >= 0, row if row >= 0 else ~row
        whole = group in answers and rng.random() < _WHOLE_ANSWERS
        pairs.append(LabelledPair((text, _answer_text(answers[group]) if whole else texts[place]), right, group))
        if right:
            pairs.append(LabelledPair((text, texts[_nearest_other(vector, vectors, place, rng)]), False, group))
    return pairs


def read_public_pairs(folder: Path) -> list[LabelledPair]:
    """Rows of every `*/reader.jsonl` (question, text, label; grouped by the first part of the id), and of every
    `*/answerability.jsonl` (question, passages, answerable; grouped by title)."""
    pairs = []
    for path in sorted(folder.glob("*/reader.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            group = f"{path.parent.name}:{'-'.join(str(row['id']).split('-')[:2])}"
            pairs.append(LabelledPair((row["question"], row["text"]), row["label"] == _PUBLIC_ANSWER, group))
    for path in sorted(folder.glob("*/answerability.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            group = f"{path.parent.name}-unanswerable:{row.get('title') or row['question']}"
            pairs.append(LabelledPair((row["question"], " ".join(row["passages"])), row["answerable"], group))
    return pairs


def fit_relevance(
    encoder: TunedEncoder, own: Sequence[LabelledPair], public: Sequence[LabelledPair], recipe: RelevanceRecipe
) -> tuple[torch.nn.Linear, Mapping[str, float], float]:
    """The head, figures on groups left out of training, and the least score at which a text answers."""
    rng = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    train, held = _split([*own], recipe, rng), _split([*public], recipe, rng)
    if not train[1]:
        raise InputError("There are too few groups to hold one out.", remedy="The bank needs about ten answers.")
    rows = [*_sample(train[0], recipe.own, rng), *_sample_evenly(held[0], recipe.public, rng)]
    log.info("%d pairs to train on, %d of them public", len(rows), min(len(held[0]), recipe.public))
    head = torch.nn.Linear(encoder.dimensions, len(LABELS))
    groups = [{"params": encoder.parameters, "lr": recipe.learning_rate}, {"params": [*head.parameters()], "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    total = int(len(rows) / _BATCH * recipe.epochs)
    schedule = make_schedule(optimizer, total)
    encoder.model.train()
    for step, batch in enumerate(batch_by_length(rows, _BATCH, total, rng, lambda row: encoder.length(row.pair))):
        logits = head(encoder.pair_means([row.pair for row in batch]))
        loss = cross_entropy(logits, torch.tensor([int(row.answers) for row in batch]))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % 50 == 0:
            log.info("step %d of %d, loss %.3f", step, total, loss.item())
    own_out, public_out = _sample(train[1], _MEASURED, rng), _sample(held[1], _MEASURED, rng)
    scores = score_pairs(encoder, head, [row.pair for row in own_out])
    right = [row.answers for row in own_out]
    figures = {"own_auroc_groups_left_out": auroc(scores, right)}
    if public_out:
        figures["public_auroc_groups_left_out"] = measure_pairs(encoder, head, public_out)
    return head, figures, choose_threshold(scores, right)


@torch.no_grad()
def score_pairs(encoder: TunedEncoder, head: torch.nn.Linear, pairs: Sequence[Pair]) -> list[float]:
    """Probability that the text answers, for each pair."""
    encoder.model.eval()
    scores = [0.0] * len(pairs)
    order = sorted(range(len(pairs)), key=lambda row: encoder.length(pairs[row]))
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        found = head(encoder.pair_means([pairs[row] for row in rows])).softmax(1)[:, 1]
        for row, score in zip(rows, found.tolist(), strict=True):
            scores[row] = score
    return scores


def choose_threshold(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The least score of which nine in ten above it are right; the highest score where there is none.
    Raises InputError where nothing was left out to choose it on."""
    if not scores:
        raise InputError("There are too few groups to hold one out.", remedy="Add messages for more of the answers.")
    ranked = sorted(zip(scores, right, strict=True), reverse=True)
    least, good = ranked[0][0], 0
    for count, (score, answers) in enumerate(ranked, 1):
        good += answers
        if good >= _PRECISION * count:
            least = score
    return round(least, 3)


def measure_pairs(encoder: TunedEncoder, head: torch.nn.Linear, rows: Sequence[LabelledPair]) -> float:
    return auroc(score_pairs(encoder, head, [row.pair for row in rows]), [row.answers for row in rows])


def _split(
    rows: list[LabelledPair], recipe: RelevanceRecipe, rng: random.Random
) -> tuple[list[LabelledPair], list[LabelledPair]]:
    groups = sorted({row.group for row in rows})
    out = set(rng.sample(groups, round(len(groups) * recipe.held_out)))
    return [row for row in rows if row.group not in out], [row for row in rows if row.group in out]


def _sample(rows: Sequence[LabelledPair], most: int, rng: random.Random) -> list[LabelledPair]:
    return rng.sample(list(rows), min(most, len(rows)))


def _sample_evenly(rows: Sequence[LabelledPair], most: int, rng: random.Random) -> list[LabelledPair]:
    """As many of each public set as of any other; the smallest are taken whole."""
    sets: dict[str, list[LabelledPair]] = {}
    for row in rows:
        sets.setdefault(row.group.partition(":")[0], []).append(row)
    sampled: list[LabelledPair] = []
    for left, one in zip(range(len(sets), 0, -1), sorted(sets.values(), key=len), strict=True):
        sampled += _sample(one, (most - len(sampled)) // left, rng)
    return sampled


def _nearest_other(vector: np.ndarray, vectors: np.ndarray, right: int, rng: random.Random) -> int:
    """One of the ten nearest statements that do not say what the right one says."""
    near = [int(row) for row in np.argsort(-(vectors @ vector))[:20]]
    other = [row for row in near if row != right and float(vectors[row] @ vectors[right]) < _SAME_STATEMENT][:10]
    return rng.choice(other or [int(np.argmin(vectors @ vectors[right]))])


def _answer_text(answer: ApprovedAnswer) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)
