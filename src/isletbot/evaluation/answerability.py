"""Does a passage answer the question? What the check that ships makes of a labelled file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from isletbot.answering.answerability import ANSWERS, Asked
from isletbot.answering.lexicon import Lexicon
from isletbot.answering.retrieve import fuse_scores
from isletbot.evaluation.outside import make_passage, make_source
from isletbot.evaluation.rows import read_flag, read_rows, read_text_field, read_texts_field
from isletbot.evaluation.scores import auroc, best_f1_below, measure_detection
from isletbot.ports import Embeddings, Hit, Vectors
from isletbot.types import Glossary, Part, ScoredPassage

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
    """The line's own check over passages that are no corpus: their words make the lexicon, their vectors nearness."""

    def __init__(
        self, askings: Sequence[Asking], embeddings: Embeddings, dense_weight: float, progress: Progress
    ) -> None:
        source = make_source("file")
        self._passages = {
            text: make_passage(source, _key(text), text) for asking in askings for text in asking.passages
        }
        self._lexicon = Lexicon(tuple(self._passages.values()), Glossary())
        self._dense_weight = dense_weight
        self._vectors = _embed([*self._passages, *(asking.question for asking in askings)], embeddings, progress)

    def score(self, asking: Asking) -> Scored:
        part = Part(asking.question)
        asked = Asked(part, self._lexicon)
        best = max((asked.fit(scored).score for scored in self._score_passages(asking)), default=0.0)
        return Scored(asking, best)

    def _score_passages(self, asking: Asking) -> Iterator[ScoredPassage]:
        """Nearness and fused score as retrieval gives them; shared telling words stand in for BM25."""
        question = self._vectors[asking.question]
        terms = self._lexicon.concepts(asking.question).terms
        passages = [self._passages[text] for text in dict.fromkeys(asking.passages)]
        dense = [Hit(passage.key, float(question @ self._vectors[passage.text])) for passage in passages]
        shared = [
            Hit(p.key, sum(self._lexicon.weight(t) for t in terms & self._lexicon.stated_by(p).terms)) for p in passages
        ]
        fused = fuse_scores(dense, [hit for hit in shared if hit.score], self._dense_weight)
        top = max((hit.score for hit in shared), default=0.0) or 1.0
        for passage, near, words in zip(passages, dense, shared, strict=True):
            yield ScoredPassage(passage, fused[passage.key], near.score, words.score / top)


def _embed(texts: Sequence[str], embeddings: Embeddings, progress: Progress) -> Mapping[str, Vectors]:
    vectors: dict[str, Vectors] = {}
    different = sorted(dict.fromkeys(texts), key=len)  # texts of one length together: a batch is padded to its longest
    for start in range(0, len(different), _EMBED_AT_ONCE):
        batch = different[start : start + _EMBED_AT_ONCE]
        vectors.update(zip(batch, np.asarray(embeddings.embed(batch)), strict=True))
        progress("embedding", start + len(batch), len(different))
    return vectors


def measure_answerability(scored: Sequence[Scored]) -> Mapping[str, float]:
    """AUROC of answerable, F1 of unanswerable at the shipped threshold and at the best one; empty without labels."""
    labelled = [one for one in scored if one.asking.answerable is not None]
    if not labelled:
        return {}
    scores = [one.score for one in labelled]
    unanswerable = [one.asking.answerable is False for one in labelled]
    shipped = measure_detection([score < ANSWERS for score in scores], unanswerable)
    threshold, best = best_f1_below(scores, unanswerable)
    return {
        "questions": len(scored),
        "labelled": len(labelled),
        "auroc": auroc([-score for score in scores], unanswerable),
        "threshold": ANSWERS,
        "precision": shipped.precision,
        "recall": shipped.recall,
        "f1": shipped.f1,
        "best_threshold": threshold,
        "best_f1": best,
    }


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
