"""Does a passage answer the question? What the check that ships makes of a labelled file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isletbot.answering.alignment import Alignment, split_sentences
from isletbot.answering.answerability import GIVEN, Asked
from isletbot.answering.glossary import Lexicon
from isletbot.corpus import Glossary
from isletbot.evaluation.outside import make_passage, make_source
from isletbot.evaluation.rows import read_flag, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.scores import auroc, best_f1_below, measure_detection
from isletbot.ports import Embeddings, Vectors
from isletbot.types import Part

FORM = 'A line is {"id": "…", "question": "…", "passages": ["…"], "answerable": true or false}.'
_EMBED_AT_ONCE = 32
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Asking:
    id: str
    question: str
    passages: tuple[str, ...]
    answerable: bool | None
    """None where the line does not say."""


@dataclass(frozen=True, slots=True)
class Scored:
    asking: Asking
    score: float
    """0..1: that of the passage that answers best; 0 when there is none."""
    similarity: float
    """Cosine of the question to the nearest passage: what any check has to beat; -1 when there is none."""


def read_askings(path: Path) -> tuple[Asking, ...]:
    """Raises InputError that names file, line and rule."""
    return tuple(
        Asking(
            id=read_text_field(where, row, "id", FORM),
            question=read_text_field(where, row, "question", FORM),
            passages=tuple(text for text in read_texts_field(where, row, "passages", FORM) if text.strip()),
            answerable=read_flag(where, row, "answerable", {True: True, False: False}, FORM),
        )
        for where, row in read_rows(path, FORM)
    )


class PassageJudge:
    """The line's own check over texts that no search found: their words make the lexicon, their vectors nearness."""

    def __init__(self, askings: Sequence[Asking], embeddings: Embeddings, progress: Progress) -> None:
        source = make_source("file")
        texts = dict.fromkeys(text for asking in askings for text in asking.passages)
        self._lexicon = Lexicon(tuple(make_passage(source, _key(text), text) for text in texts), Glossary())
        self._sentences = {text: split_sentences(text) for text in texts}
        pieces = (sentence for sentences in self._sentences.values() for sentence in sentences)
        self._vectors = _embed([*texts, *pieces, *(asking.question for asking in askings)], embeddings, progress)

    def score(self, asking: Asking) -> Scored:
        asked = Asked(Part(asking.question), self._lexicon)
        fits = [asked.fit_given(text, self._nearness(asking.question, text)) for text in asking.passages]
        near = [self._similarity(asking.question, text) for text in asking.passages]
        return Scored(asking, max((fit.score for fit in fits), default=0.0), max(near, default=-1.0))

    def align(self, asking: Asking) -> tuple[Alignment, ...]:
        """What the score of each passage rests on."""
        asked = Asked(Part(asking.question), self._lexicon)
        return tuple(asked.align(text, self._nearness(asking.question, text)) for text in asking.passages)

    def _nearness(self, question: str, text: str) -> float:
        """Halfway between the whole text and its nearest sentence: a paragraph's answer stands in one of them."""
        nearest = max((self._similarity(question, sentence) for sentence in self._sentences[text]), default=0.0)
        return (self._similarity(question, text) + nearest) / 2

    def _similarity(self, question: str, text: str) -> float:
        return float(self._vectors[question] @ self._vectors[text])


def _embed(texts: Sequence[str], embeddings: Embeddings, progress: Progress) -> Mapping[str, Vectors]:
    vectors: dict[str, Vectors] = {}
    different = sorted(dict.fromkeys(texts), key=len)  # texts of one length together: a batch is padded to its longest
    for start in range(0, len(different), _EMBED_AT_ONCE):
        batch = different[start : start + _EMBED_AT_ONCE]
        vectors.update(zip(batch, np.asarray(embeddings.embed(batch)), strict=True))
        progress("embedding", start + len(batch), len(different))
    return vectors


def measure_answerability(scored: Sequence[Scored]) -> Mapping[str, float]:
    """AUROC of answerable beside that of similarity alone, F1 of unanswerable at the shipped threshold and at the best
    one; empty without labels."""
    labelled = [one for one in scored if one.asking.answerable is not None]
    if not labelled:
        return {}
    scores = [one.score for one in labelled]
    unanswerable = [one.asking.answerable is False for one in labelled]
    shipped = measure_detection([score < GIVEN for score in scores], unanswerable)
    threshold, best = best_f1_below(scores, unanswerable)
    return {
        "questions": len(scored),
        "labelled": len(labelled),
        "auroc": auroc([-score for score in scores], unanswerable),
        "auroc_similarity": auroc([-one.similarity for one in labelled], unanswerable),
        "threshold": GIVEN,
        "precision": shipped.precision,
        "recall": shipped.recall,
        "f1": shipped.f1,
        "best_threshold": threshold,
        "best_f1": best,
    }


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
