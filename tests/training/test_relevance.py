"""The cross-encoder learns from pairs of message and text, and is measured on what it has not seen."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from isletbot.errors import InputError
from isletbot.inference.adapter import open_adapter
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import BankMessage
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, DEATHS, INDEPENDENCE, PROGRAMME, a_corpus

if TYPE_CHECKING:
    from isletbot.training.relevance import LabelledPair
    from tests.training.conftest import MakeEncoder

ASKED = {
    INDEPENDENCE: ("who came off insulin", "insulin free, how many", "did they still inject", "was insulin dropped"),
    DEATHS: ("did anyone die", "how many deaths", "is it deadly", "were people lost"),
    PROGRAMME: ("how long were they followed", "followed for a year?", "who was watched", "how many were followed"),
}


@pytest.fixture
def pairs(base: Path) -> list[LabelledPair]:
    from isletbot.training.relevance import LabelledPair

    asked = [(ask, text) for text, asks in ASKED.items() for ask in asks]
    return [LabelledPair((ask, other), other == text, ask) for ask, text in asked for other in ASKED]


def fit(make_encoder: MakeEncoder, pairs: list[LabelledPair], epochs: int, **changes: Any) -> tuple[Any, ...]:
    """The encoder, its head, the figures and the threshold."""
    from isletbot.training.relevance import RelevanceRecipe, fit_relevance

    encoder = make_encoder()
    recipe = RelevanceRecipe(rank=2, layers=1, epochs=epochs, **{"held_out": 0.1, **changes})
    return encoder, *fit_relevance(encoder, pairs, [], recipe)


def measure_loss(encoder: Any, head: Any, pairs: list[LabelledPair]) -> float:
    from isletbot.training.relevance import score_pairs

    scores = np.array(score_pairs(encoder, head, [row.pair for row in pairs]))
    right = np.array([row.answers for row in pairs])
    return float(-np.log(np.where(right, scores, 1 - scores)).mean())


def test_training_lowers_the_loss_on_its_own_rows(make_encoder: MakeEncoder, pairs: list[LabelledPair]) -> None:
    losses = [measure_loss(*fit(make_encoder, pairs, epochs, learning_rate=2e-2)[:2], pairs) for epochs in (1, 24)]
    assert losses[1] < losses[0] - 0.2


def test_whole_groups_are_left_out_and_measured_on(make_encoder: MakeEncoder, pairs: list[LabelledPair]) -> None:
    _, _, figures, threshold = fit(make_encoder, pairs, 2, held_out=0.5)
    assert figures.keys() == {"own_auroc_groups_left_out"}  # there were no public ones
    assert 0 <= figures["own_auroc_groups_left_out"] <= 1
    assert 0 <= threshold <= 1


@pytest.mark.parametrize(("right", "least"), [([True] * 4, 0.1), ([True, True, False, False], 0.3), ([False] * 4, 0.4)])
def test_the_threshold_is_where_nine_in_ten_are_right(base: Path, right: list[bool], least: float) -> None:
    from isletbot.training.relevance import choose_threshold

    assert choose_threshold([0.4, 0.3, 0.2, 0.1], right) == least


def test_no_threshold_is_chosen_on_nothing(base: Path) -> None:
    from isletbot.training.relevance import choose_threshold

    with pytest.raises(InputError, match="too few groups to hold one out"):
        choose_threshold([], [])


def test_a_pair_scores_alike_whatever_it_is_scored_with(make_encoder: MakeEncoder, pairs: list[LabelledPair]) -> None:
    from isletbot.training.relevance import score_pairs

    encoder, head, *_ = fit(make_encoder, pairs, 2)
    together = score_pairs(encoder, head, [row.pair for row in pairs])
    assert together[:2] == pytest.approx([score_pairs(encoder, head, [row.pair])[0] for row in pairs[:2]], abs=1e-4)


def test_what_is_saved_can_be_opened(make_encoder: MakeEncoder, pairs: list[LabelledPair], tmp_path: Path) -> None:
    from isletbot.training.relevance import LABELS

    encoder, head, *_ = fit(make_encoder, pairs, 1)
    encoder.save(tmp_path, "relevance", head, 1.0, {"labels": LABELS, "thresholds": {"statement": 0.5}})
    assert open_adapter(tmp_path, "relevance").labels == LABELS == ("other", "answers")


def test_messages_are_paired_with_what_answers_and_what_does_not(make_encoder: MakeEncoder, tmp_path: Path) -> None:
    from isletbot.training.relevance import make_pairs

    def said(name: str, text: str, answer: str = "", near: str = "") -> BankMessage:
        return BankMessage(name, (text,), "answer", (answer,) if answer else (), near, "plain", "T")

    messages = (
        said("q1", "nobody injects now?", "off-insulin"),
        said("q2", "who stopped eating sugar", near="off-insulin"),
        said("q3", "what is the share price"),
        BankMessage("q4", ("she is not breathing",), "emergency", (), "", "plain", "T"),
    )
    corpus = load_corpus(a_corpus(tmp_path, ANSWERS), make_verify)
    pairs = make_pairs(corpus, messages, make_encoder(), 1_000, random.Random(0))
    whole = " ".join(sentence.text for sentence in corpus.answers[0].sentences)
    by_message: dict[str, list[LabelledPair]] = {}
    for pair in pairs:
        by_message.setdefault(pair.pair[0], []).append(pair)
    right, wrong = by_message["nobody injects now?"]
    assert (right.answers, right.pair[1] in (INDEPENDENCE, whole), right.group) == (True, True, "off-insulin")
    assert (wrong.answers, wrong.pair[1] in (DEATHS, PROGRAMME)) == (False, True)
    assert [(p.answers, p.group) for p in by_message["who stopped eating sugar"]] == [(False, "off-insulin")]
    assert [(p.answers, p.group) for p in by_message["what is the share price"]] == [(False, "none")]
    assert "she is not breathing" not in by_message
    assert [pair.answers for pair in by_message["Did anyone die?"]] == [True, False]


def test_public_pairs_are_read_by_their_labels(base: Path, tmp_path: Path) -> None:
    from isletbot.training.relevance import LabelledPair, read_public_pairs

    rows = [
        {"id": "n-7-1", "question": "who", "text": "they did", "label": "answers"},
        {"id": "n-7-2", "question": "who", "text": "at noon", "label": "other"},
    ]
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "reader.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert read_public_pairs(tmp_path) == [
        LabelledPair(("who", "they did"), True, "some:n-7"),
        LabelledPair(("who", "at noon"), False, "some:n-7"),
    ]
