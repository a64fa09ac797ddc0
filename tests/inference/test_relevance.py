"""The cross-encoder: how it reads a pair, on a small model; and what the one that ships takes for an answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from isletbot.errors import WeightsError
from isletbot.inference.embeddings import LinearHead, OnnxEncoder
from isletbot.inference.relevance import OnnxRelevance
from tests.inference.adapters import LABELS

pytestmark = pytest.mark.weights
QUESTION = "How many people could stop insulin?"
TEXTS = ("Ten of the twelve people given the full dose were insulin independent.", "The trial opened in March 2021.")


def test_each_text_has_a_score_from_nought_to_one(small_weights: Path) -> None:
    relevance = OnnxRelevance(small_weights)
    scores = relevance.score(QUESTION, TEXTS)
    assert len(scores) == 2
    assert scores[0] != scores[1]
    assert all(0 <= score <= 1 for score in scores)
    assert relevance.score(QUESTION, ()) == ()
    assert relevance.digest == small_weights.name


def test_a_pair_has_one_score_whatever_it_is_read_with(small_weights: Path) -> None:
    alone = OnnxRelevance(small_weights).score(QUESTION, TEXTS[1:])
    relevance = OnnxRelevance(small_weights)
    first = relevance.score(QUESTION, ("long " * 300, *TEXTS, ""))
    assert first[2:3] == alone
    assert relevance.score(QUESTION, TEXTS) == first[1:3]


def test_the_score_is_the_head_s_over_both_texts_read_at_once(small_weights: Path) -> None:
    head, encoder = LinearHead(small_weights), OnnxEncoder(small_weights, max_tokens=128)
    [score] = OnnxRelevance(small_weights).score(QUESTION, TEXTS[:1])
    assert score == head.classify(encoder.encode(QUESTION, TEXTS[0]))["answers"]
    assert score != head.classify(encoder.encode(f"{QUESTION} {TEXTS[0]}"))["answers"]


def test_a_pair_is_read_to_128_tokens(small_weights: Path) -> None:
    relevance = OnnxRelevance(small_weights)
    near, cut, longer = relevance.score(QUESTION, ("islet " * 20, "islet " * 300, "islet " * 400))
    assert cut == longer != near


def test_a_head_gives_probabilities_of_its_labels(small_weights: Path) -> None:
    head = LinearHead(small_weights)
    for vector in np.random.default_rng(2).standard_normal((5, 384)).astype(np.float32) * 100:
        found = head.classify(vector)
        assert tuple(found) == head.labels == LABELS
        assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("damage", [None, b"", b"PK\x03\x04", b"{}"])
def test_a_damaged_head_is_named_with_the_remedy(small_weights: Path, tmp_path: Path, damage: bytes | None) -> None:
    folder = shutil.copytree(small_weights, tmp_path / "weights")
    (folder / "head.npz").unlink() if damage is None else (folder / "head.npz").write_bytes(damage)
    for opened in (LinearHead, OnnxRelevance):
        with pytest.raises(WeightsError, match=r"head\.npz.*isletbot index"):
            opened(folder)


@pytest.mark.parametrize("kept", [("labels", "weight"), ("weight", "bias")])
def test_a_head_that_lacks_a_part_is_refused(tmp_path: Path, kept: tuple[str, ...]) -> None:
    np.savez(tmp_path / "head.npz", **dict.fromkeys(kept, np.zeros(2)))
    with pytest.raises(WeightsError, match=r"head\.npz"):
        LinearHead(tmp_path)


@pytest.mark.parametrize(
    ("message", "answer", "other"),
    [
        (QUESTION, *TEXTS),
        ("When did the trial start?", *reversed(TEXTS)),
        ("Did anyone die?", "Two of the 14 people in the trial died.", "Follow-up visits were held at a clinic."),
    ],
)
def test_what_answers_scores_above_what_does_not(
    relevance_weights: Path, message: str, answer: str, other: str
) -> None:
    right, wrong = OnnxRelevance(relevance_weights).score(message, (answer, other))
    assert right > wrong
