"""This module searches every message whose answer is known, with their vectors in one file beside the weights."""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np

from isletbot.corpus import Example, Kept
from isletbot.ports import Embeddings, ExampleHit, Hits, Vectors

log = logging.getLogger(__name__)
_EMBED_AT_ONCE = 256
"""Texts between two reports of progress."""
_PIECE = 32
"""Texts that one thread embeds before it takes the next: a model runs outside Python's lock, on one core a run."""
_UNREADABLE = (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError)
_KEPT = 6
"""The number of files of other versions that stay; the oldest are deleted, except the largest."""
_NEVER = -2.0
"""Less than any cosine."""
_REMEMBERED = 8
"""Messages whose similarities to all others are kept: those of the questions that are answered now."""
_BETWEEN, _FIELD = "\n", "\t"
"""Separators that occur in no id and in no key."""
Progress = Callable[[str, int, int], None]


class ExampleSearch:
    def __init__(self, examples: Sequence[Example], vectors: Vectors) -> None:
        """`vectors` has shape (len(examples), dimensions)."""
        self._examples = tuple(examples)
        self._vectors = vectors
        self._recall = lru_cache(_REMEMBERED)(self._compare_anew)
        self._personal = np.array([example.personal for example in self._examples], dtype=bool)
        self._answered = np.array([bool(example.answers) for example in self._examples], dtype=bool)
        self._asking: defaultdict[str, list[int]] = defaultdict(list)
        for row, example in enumerate(self._examples):
            if len(example.answers) == 1 and not example.personal:
                self._asking[example.answers[0]].append(row)

    def nearest(self, vector: Vectors, limit: int, personal: bool = False) -> Hits:
        return self._list_best(self._compare(vector, personal), limit) if self._examples else ()

    def nearest_of_each(self, vector: Vectors, limit: int, personal: bool = False) -> tuple[Hits, Hits]:
        if not self._examples:
            return (), ()
        similar = self._compare(vector, personal)
        answered = self._list_best(np.where(self._answered, similar, _NEVER), limit)
        return answered, self._list_best(np.where(self._answered, _NEVER, similar), limit)

    def _compare_anew(self, vector: bytes) -> Vectors:
        """Reads every vector of the bank, which takes as long as a model pass; triage and judge ask of the same one."""
        similar: Vectors = np.vecdot(
            self._vectors, np.frombuffer(vector, np.float32)
        )  # not `@`: BLAS wakes its threads
        return similar

    def _compare(self, vector: Vectors, personal: bool) -> Vectors:
        """Cosines; messages about somebody's own case are found where `personal` alone."""
        similar = self._recall(vector.astype(np.float32).tobytes())
        return similar if personal else np.where(self._personal, np.float32(_NEVER), similar)

    def _list_best(self, similar: Vectors, limit: int) -> Hits:
        if limit == 1:
            place = int(similar.argmax())
            return (ExampleHit(self._examples[place], float(similar[place])),) if similar[place] > _NEVER else ()
        best = np.argpartition(-similar, min(limit, len(similar)) - 1)[:limit]
        order = sorted((place for place in best.tolist() if similar[place] > _NEVER), key=lambda place: -similar[place])
        return tuple(ExampleHit(self._examples[place], float(similar[place])) for place in order)

    def asking(self, vector: Vectors, answer: str) -> Hits:
        rows = self._asking.get(answer, [])
        similar = np.vecdot(self._vectors[rows], vector).tolist() if rows else []
        found = sorted(zip(rows, similar, strict=True), key=lambda hit: -hit[1])
        return tuple(ExampleHit(self._examples[row], similarity) for row, similarity in found)


def open_examples(
    folder: Path, version: str, read: Callable[[], Sequence[Example]], embeddings: Embeddings, progress: Progress
) -> ExampleSearch:
    """From the file when there is one of these weights and this `version` of the texts; else `read`, embedded as far as
    no file of another version has them, and kept if that can be."""
    start = f"examples-{embeddings.digest}"
    path = folder / f"{start}-{hashlib.sha256(version.encode()).hexdigest()[:12]}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["version"]) == version:
                return ExampleSearch(_read_labels(kept), kept["vectors"].astype(np.float32))
    except _UNREADABLE:
        pass  # missing, cut short or not ours: made anew
    known = _read_vectors(folder, start)
    examples = read()
    vectors = _embed_examples([example.text for example in examples], known, embeddings, progress)
    try:
        _write_vectors(path, version, examples, vectors)
    except OSError as error:
        log.warning("%s cannot be written (%s): the next start embeds the question bank again", path, error.strerror)
    return ExampleSearch(examples, vectors.astype(np.float32))


def _read_vectors(folder: Path, start: str) -> Mapping[int, Vectors]:
    """Reads the largest file of these weights, which holds the corpus with the bank."""
    for path in sorted(folder.glob(f"{start}*.npz"), key=lambda path: -path.stat().st_size):
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
        except _UNREADABLE:
            continue
    return {}


def _read_labels(kept: Mapping[str, np.ndarray]) -> list[Example]:
    """Reads the labels without their texts, which no search needs."""
    examples = []
    for labels in kept["labels"].tolist():
        answers, gap, opening, personal, told = labels.split(_FIELD)
        given = tuple(answers.split(_BETWEEN)) if answers else ()
        examples.append(Example("", given, 1.0, opening or None, gap, bool(personal), _read_kept(told)))
    return examples


def _write_labels(example: Example) -> str:
    personal = "personal" if example.personal else ""
    kept = _write_kept(example.kept) if example.kept else ""
    return _FIELD.join((_BETWEEN.join(example.answers), example.gap, example.opening or "", personal, kept))


def _write_kept(kept: Kept) -> str:
    """`ordered complete 2 0`: what holds of the places, and then the places."""
    told = ("ordered" if kept.ordered else "any", "complete" if kept.complete else "part")
    return " ".join((*told, *map(str, kept.places)))


def _read_kept(text: str) -> Kept | None:
    if not text:
        return None
    ordered, complete, *places = text.split(" ")
    return Kept(tuple(map(int, places)), ordered == "ordered", complete == "complete")


def _embed_examples(
    texts: Sequence[str], known: Mapping[int, Vectors], embeddings: Embeddings, progress: Progress
) -> Vectors:
    """Embeds in half precision, as the file stores it, so that a start from the file finds the same."""
    if not texts:
        return np.empty((0, 1), dtype=np.float16)
    vectors = {text: known[_hash_text(text)] for text in texts if _hash_text(text) in known}
    new = list(dict.fromkeys(text for text in texts if text not in vectors))
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for start in range(0, len(new), _EMBED_AT_ONCE):
            progress("embedding the question bank", start, len(new))
            batch = new[start : start + _EMBED_AT_ONCE]
            pieces = [batch[place : place + _PIECE] for place in range(0, len(batch), _PIECE)]
            for piece, made in zip(pieces, threads.map(embeddings.embed, pieces), strict=True):
                vectors.update(zip(piece, made.astype(np.float16), strict=True))
    progress("embedding the question bank", len(new), len(new))
    return np.stack([vectors[text] for text in texts])


def _hash_text(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _write_vectors(path: Path, version: str, examples: Sequence[Example], vectors: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            np.savez(
                file,
                allow_pickle=False,
                version=np.asarray(version),
                texts=np.asarray([_hash_text(example.text) for example in examples], dtype=np.int64),
                labels=np.asarray([_write_labels(example) for example in examples], dtype=np.str_),
                vectors=vectors,
            )
        part.replace(path)
        _delete_old_files(path)
    finally:
        part.unlink(missing_ok=True)


def _delete_old_files(new: Path) -> None:
    others = [path for path in new.parent.glob("examples-*.npz") if path != new]
    largest = max(others, key=lambda path: path.stat().st_size, default=new)
    for path in sorted(others, key=lambda path: -path.stat().st_mtime)[_KEPT:]:
        if path != largest:
            path.unlink(missing_ok=True)
