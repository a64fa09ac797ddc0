"""The whole recipe: fit both models on a question bank, measure before and after, install what is no worse."""

from __future__ import annotations

import json
import logging
import multiprocessing
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from isletbot.corpus import Corpus
from isletbot.errors import InputError
from isletbot.inference.adapter import Adapter, ModelName, open_adapter
from isletbot.inference.embeddings import LinearHead, OnnxEmbeddings
from isletbot.inference.export import export_weights, find_source
from isletbot.inference.relevance import MAX_TOKENS as PAIR_TOKENS
from isletbot.inference.weights import find_weights
from isletbot.ingestion.question_bank import BankMessage, bank_digest
from isletbot.training.encoder import TunedEncoder, unit_scale
from isletbot.training.measure import Read, choose_threshold, measure_read, read_messages
from isletbot.training.reader import MAX_TOKENS, ROUTES, ReaderRecipe, fit_reader, make_reader_data
from isletbot.training.relevance import LABELS, RelevanceRecipe, fit_relevance, make_pairs, read_public_pairs

log = logging.getLogger(__name__)
_LEAST_MESSAGES = 500
_HELD_OUT = 0.05
"""Share of the messages, in whole writers, that is measured on. One writer of many is enough."""
_URGENT = 0.5
"""Least probability of the urgent routes that raises an alarm: more likely than not. Not tuned."""
_REPLAYED = 0.4
"""Share of the messages of writers it knows that a reader reads again, lest it forget them, when it learns new ones."""
_MARGIN = 0.01
"""How far a figure may fall behind the model before: half of what a change of seed moves it."""
_GUARDED = ("right", "urgent_found", "route")


@dataclass(frozen=True, slots=True)
class TrainReport:
    before: Mapping[str, float]
    """Of the reader that was in use, on the same held-out messages; empty where there was none."""
    after: Mapping[str, float]
    relevance: Mapping[str, float]
    worse: tuple[str, ...]
    """Figures that fell by more than the margin; then nothing was installed."""
    held_out: tuple[str, ...]
    """Writers that were measured on."""


def hold_out_writers(messages: Sequence[BankMessage], share: float = _HELD_OUT) -> tuple[str, ...]:
    """Whole writers, the smallest first, that together have at least this share. Raises InputError for one writer."""
    counts = Counter(message.writer for message in messages)
    if len(counts) < 2 or len(messages) < _LEAST_MESSAGES:
        raise InputError(
            f"The question bank has {len(messages)} messages of {len(counts)} writers.",
            remedy=f"Training needs {_LEAST_MESSAGES} messages of two writers or more: one writer is measured on.",
        )
    held: list[str] = []
    for writer, _ in sorted(counts.items(), key=lambda item: (item[1], item[0])):
        if sum(counts[one] for one in held) >= share * len(messages) or len(held) == len(counts) - 1:
            break
        held.append(writer)
    return tuple(held)


def train(
    corpus: Corpus,
    messages: Sequence[BankMessage],
    current: Path,
    target: Path,
    held_out: Sequence[str] = (),
    public: Path | None = None,
    recipes: tuple[ReaderRecipe, RelevanceRecipe] | None = None,
) -> TrainReport:
    """Fits both models side by side and puts them into `target`, unless they are worse than those in `current`.

    `public` is a folder of labelled pairs for the cross-encoder. Where the recipe names new writers, the
    reader in `current` goes on from there and the cross-encoder stays as it is. Raises InputError when the bank is too
    small, and WeightsError when the base is missing.
    """
    reader_recipe, relevance_recipe = recipes or (ReaderRecipe(), RelevanceRecipe())
    held = _check_writers(messages, held_out, "held out") if held_out else hold_out_writers(messages)
    new = _check_writers(messages, reader_recipe.new, "new to the reader") if reader_recipe.new else ()
    known = [message for message in messages if message.writer not in held]
    measured = [message for message in messages if message.writer in held]
    with tempfile.TemporaryDirectory(prefix="isletbot-train-") as temporary:
        made = Path(temporary) / "models"
        figures = (
            _learn_new(corpus, known, new, current, made, reader_recipe)
            if new
            else _fit_both(corpus, known, made, reader_recipe, relevance_recipe, public)
        )
        before = _measure_current(current, Path(temporary) / "weights", corpus, known, measured)
        read = _read_exported(made, Path(temporary) / "weights", corpus, known, measured)
        least = choose_threshold(read)
        after = measure_read(read, least, _URGENT)
        _complete_card(made / "reader.json", {"answer": least, "urgent": _URGENT}, after, held)
        worse = tuple(name for name in _GUARDED if before and after[name] < before[name] - _MARGIN)
        if not worse:
            _install(made, target)
    return TrainReport(before, after, figures, worse, held)


def _check_writers(messages: Sequence[BankMessage], named: Sequence[str], role: str) -> tuple[str, ...]:
    writers = {message.writer for message in messages}
    if unknown := set(named) - writers or (writers <= set(named) and writers):
        names = ", ".join(sorted(writers))
        raise InputError(
            f"{role.capitalize()}: {', '.join(sorted(unknown))}.",
            remedy=f"Name some, and not all, of the writers {names}.",
        )
    return tuple(named)


def _fit_both(
    corpus: Corpus,
    messages: Sequence[BankMessage],
    made: Path,
    reader_recipe: ReaderRecipe,
    relevance_recipe: RelevanceRecipe,
    public: Path | None,
) -> Mapping[str, float]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        reader = pool.submit(train_reader, corpus, messages, made, reader_recipe)
        relevance = pool.submit(train_relevance, corpus, messages, made, relevance_recipe, public)
        reader.result()
        return relevance.result()


def _learn_new(
    corpus: Corpus, messages: Sequence[BankMessage], new: Sequence[str], current: Path, made: Path, recipe: ReaderRecipe
) -> Mapping[str, float]:
    train_reader(corpus, replay(messages, new, recipe.seed), made, recipe, open_adapter(current, "reader"))
    relevance = open_adapter(current, "relevance")
    for path in (relevance.path, relevance.path.with_suffix(".json")):
        shutil.copy(path, made)
    return {}


def replay(messages: Sequence[BankMessage], new: Sequence[str], seed: int) -> tuple[BankMessage, ...]:
    """All messages of the new writers, and a share of the others, drawn by chance."""
    rng = random.Random(seed)
    return tuple(one for one in messages if one.writer in new or rng.random() < _REPLAYED)


def train_reader(
    corpus: Corpus,
    messages: Sequence[BankMessage],
    folder: Path,
    recipe: ReaderRecipe,
    start: Adapter | None = None,
) -> None:
    encoder = TunedEncoder(find_source(), recipe.rank, recipe.layers, MAX_TOKENS)
    head = fit_reader(encoder, make_reader_data(corpus, messages), recipe, start)
    facts = {
        "labels": list(ROUTES),
        "thresholds": {"answer": 0.5, "urgent": _URGENT},
        "recipe": asdict(recipe),
        "bank": f"{len(messages)} messages, sha256:{bank_digest(messages)}",
        "started_from": start.sha256 if start else "the base",
    }
    encoder.save(folder, "reader", head, unit_scale(encoder.dimensions), facts)


def train_relevance(
    corpus: Corpus, messages: Sequence[BankMessage], folder: Path, recipe: RelevanceRecipe, public: Path | None
) -> Mapping[str, float]:
    """The figures on what was held out."""
    encoder = TunedEncoder(find_source(), recipe.rank, recipe.layers, PAIR_TOKENS)
    own = make_pairs(corpus, messages, encoder, recipe.own, random.Random(recipe.seed))
    pairs = read_public_pairs(public) if public else []
    head, figures, least = fit_relevance(encoder, own, pairs, recipe)
    facts = {
        "labels": list(LABELS),
        "thresholds": {"statement": least},
        "figures": figures,
        "recipe": asdict(recipe),
        "bank": f"{len(messages)} messages, sha256:{bank_digest(messages)}",
        "public_pairs": len(pairs),
    }
    encoder.save(folder, "relevance", head, 1.0, facts)
    return figures


def _measure_current(
    models: Path, weights: Path, corpus: Corpus, known: Sequence[BankMessage], measured: Sequence[BankMessage]
) -> Mapping[str, float]:
    """Of the models in use; they may have been trained on the very messages they are measured on."""
    if not (models / "reader.json").is_file():
        return {}
    adapter = open_adapter(models, "reader")
    read = _read_exported(models, weights, corpus, known, measured)
    return measure_read(read, adapter.number("answer"), adapter.number("urgent"))


def _read_exported(
    models: Path, weights: Path, corpus: Corpus, known: Sequence[BankMessage], measured: Sequence[BankMessage]
) -> tuple[Read, ...]:
    adapter = open_adapter(models, "reader")
    folder = find_weights(weights, adapter.sha256) or export_weights(weights, adapter)
    return read_messages(OnnxEmbeddings(folder), LinearHead(folder), corpus, known, measured)


def _complete_card(
    card: Path, thresholds: Mapping[str, float], figures: Mapping[str, float], held: Sequence[str]
) -> None:
    facts = json.loads(card.read_bytes())
    facts |= {"thresholds": dict(thresholds), "figures": dict(figures), "held_out_writers": list(held)}
    card.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _install(made: Path, target: Path) -> None:
    """Both models at once: a reader without its cross-encoder is never seen."""
    names: tuple[ModelName, ...] = ("reader", "relevance")
    for name in names:
        open_adapter(made, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".models-", dir=target.parent))
    shutil.copytree(made, beside, dirs_exist_ok=True)
    beside.chmod(0o755)
    old = target.with_name(f"{target.name}.before")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    beside.rename(target)


def shorten(recipes: tuple[ReaderRecipe, RelevanceRecipe], share: float) -> tuple[ReaderRecipe, RelevanceRecipe]:
    """The same recipes with this share of the epochs, for a quick look."""
    reader, relevance = recipes
    return replace(reader, epochs=reader.epochs * share), replace(relevance, epochs=relevance.epochs * share)
