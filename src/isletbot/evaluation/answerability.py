"""This module measures on a labelled file whether the shipped check tells if a passage answers a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isletbot.evaluation.jsonl import read_flag, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.scores import auroc, best_f1_below, measure_detection
from isletbot.ports import Embeddings, Relevance, Vectors

FORM = 'A line is {"id": "…", "question": "…", "passages": ["…"], "answerable": true or false}.'
_EMBED_AT_ONCE = 32
_PIECE = 70
"""The number of words of a passage that fit into the cross-encoder beside a question."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    id: str
    question: str
    passages: tuple[str, ...]
    answerable: bool | None
    """None when the row has no label."""


@dataclass(frozen=True, slots=True)
class ScoredQuestion:
    asking: LabelledQuestion
    score: float
    """The score (0..1) of the passage that answers best; 0 when there is none."""
    similarity: float
    """The cosine of the question to the nearest passage, which any check has to beat; -1 when there is none."""


def read_labelled_questions(path: Path) -> tuple[LabelledQuestion, ...]:
    """Reads the file. Raises InputError that names file, line and rule."""
    return tuple(
        LabelledQuestion(
            id=read_text_field(where, row, "id", FORM),
            question=read_text_field(where, row, "question", FORM),
            passages=tuple(text for text in read_texts_field(where, row, "passages", FORM) if text.strip()),
            answerable=read_flag(where, row, "answerable", {True: True, False: False}, FORM),
        )
        for where, row in read_rows(path, FORM)
    )


class PassageJudge:
    """Scores texts that no search found with the pipeline's own cross-encoder, long ones in pieces."""

    def __init__(
        self, askings: Sequence[LabelledQuestion], relevance: Relevance, embeddings: Embeddings, progress: Progress
    ) -> None:
        texts = dict.fromkeys(text for asking in askings for text in asking.passages)
        self._relevance = relevance
        self._vectors = _embed_texts([*texts, *(asking.question for asking in askings)], embeddings, progress)

    def score(self, asking: LabelledQuestion) -> ScoredQuestion:
        pieces = [piece for text in asking.passages for piece in split_pieces(text)]
        near = [float(self._vectors[asking.question] @ self._vectors[text]) for text in asking.passages]
        return ScoredQuestion(
            asking, max(self._relevance.score(asking.question, pieces), default=0.0), max(near, default=-1.0)
        )


def split_pieces(text: str) -> list[str]:
    """Splits the text into pieces that the cross-encoder reads whole; each begins in the middle of the one before."""
    words = text.split()
    if len(words) <= _PIECE:
        return [text]
    return [" ".join(words[start : start + _PIECE]) for start in range(0, len(words) - _PIECE // 2, _PIECE // 2)]


def _embed_texts(texts: Sequence[str], embeddings: Embeddings, progress: Progress) -> Mapping[str, Vectors]:
    vectors: dict[str, Vectors] = {}
    different = sorted(dict.fromkeys(texts), key=len)  # texts of one length together: a batch is padded to its longest
    for start in range(0, len(different), _EMBED_AT_ONCE):
        batch = different[start : start + _EMBED_AT_ONCE]
        vectors.update(zip(batch, np.asarray(embeddings.embed(batch)), strict=True))
        progress("embedding", start + len(batch), len(different))
    return vectors


def measure_answerability(scored: Sequence[ScoredQuestion], least: float) -> Mapping[str, float]:
    """Measures the AUROC of answerable beside that of similarity alone, and the F1 of unanswerable at the shipped
    threshold and at the best one; empty without labels. `least` is the least score of a passage that answers."""
    labelled = [one for one in scored if one.asking.answerable is not None]
    if not labelled:
        return {}
    scores = [one.score for one in labelled]
    unanswerable = [one.asking.answerable is False for one in labelled]
    shipped = measure_detection([score < least for score in scores], unanswerable)
    threshold, best = best_f1_below(scores, unanswerable)
    return {
        "questions": len(scored),
        "labelled": len(labelled),
        "auroc": auroc([-score for score in scores], unanswerable),
        "auroc_similarity": auroc([-one.similarity for one in labelled], unanswerable),
        "threshold": least,
        "precision": shipped.precision,
        "recall": shipped.recall,
        "f1": shipped.f1,
        "best_threshold": threshold,
        "best_f1": best,
    }
