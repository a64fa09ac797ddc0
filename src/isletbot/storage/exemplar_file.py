"""The exemplars' vectors and votes, made once and kept in one file beside the index."""

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from pathlib import Path

import numpy as np

from isletbot.answering.meaning import FITTED_WITH, Exemplars, Meaning, learn_votes
from isletbot.ports import Embeddings

log = logging.getLogger(__name__)
_FORM = "1"
"""Raised when votes are learned in another way, so that a file of before is not read."""


def open_meaning(path: Path, exemplars: Exemplars, embeddings: Embeddings) -> Meaning:
    """From the file when it was made of these exemplars with these weights; else made, and kept if it can be."""
    digest = _digest(exemplars, embeddings)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["digest"]) == digest:
                return Meaning(exemplars, kept["vectors"], kept["votes"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        pass  # missing, cut short or not ours: made anew
    vectors = embeddings.embed(exemplars.texts)
    votes = learn_votes(vectors, exemplars.labels)
    try:
        _write(path, digest=np.asarray(digest), vectors=vectors, votes=votes)
    except OSError as error:
        log.warning("%s cannot be written (%s): the next start embeds the exemplars again", path, error.strerror)
    return Meaning(exemplars, vectors, votes)


def _digest(exemplars: Exemplars, embeddings: Embeddings) -> str:
    parts = (_FORM, FITTED_WITH, embeddings.digest, *exemplars.labels, *exemplars.texts)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _write(path: Path, **arrays: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
