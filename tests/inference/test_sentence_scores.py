"""Sentences are scored with the matrix that was fitted for the reader, and by cosine where none was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from isletbot.errors import WeightsError
from isletbot.inference.sentence_scores import SentenceScores, open_sentence_scores
from isletbot.inference.weights import file_sha256
from isletbot.ports import Vectors

NORTH, EAST = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
TURNED = np.array([[0, 1], [1, 0]], dtype=np.float32)


class Compass:
    """`north` and `east` as unit vectors; counts what it embeds."""

    digest = "compass"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([NORTH if text == "north" else EAST for text in texts])


def put_matrix(folder: Path, reader: str = "r1") -> Path:
    path = folder / "sentences.safetensors"
    save_file({"matrix": TURNED}, path)
    path.with_suffix(".json").write_text(json.dumps({"sha256": file_sha256(path), "reader_sha256": reader}))
    return path


def test_without_a_matrix_the_score_is_the_cosine(tmp_path: Path) -> None:
    assert open_sentence_scores(tmp_path, "r1", Compass()).score(NORTH, ["north", "east"]) == (1.0, 0.0)


def test_the_matrix_turns_the_message(tmp_path: Path) -> None:
    put_matrix(tmp_path)
    assert open_sentence_scores(tmp_path, "r1", Compass()).score(NORTH, ["north", "east"]) == (0.0, 1.0)


def test_a_sentence_is_embedded_once() -> None:
    compass = Compass()
    scores = SentenceScores(compass)
    assert scores.score(NORTH, ["east"]) == scores.score(NORTH, ["east"])
    assert compass.asked == ["east"]


def test_a_matrix_of_another_reader_is_refused(tmp_path: Path) -> None:
    put_matrix(tmp_path, reader="r0")
    with pytest.raises(WeightsError, match=r"fitted for the reader r0, not for r1.*isletbot train --sentences"):
        open_sentence_scores(tmp_path, "r1", Compass())


@pytest.mark.parametrize("damage", ["matrix", "card", "other"])
def test_damage_is_named(tmp_path: Path, damage: str) -> None:
    path = put_matrix(tmp_path)
    if damage == "matrix":
        path.write_bytes(b"cut short")
    elif damage == "card":
        path.with_suffix(".json").unlink()
    else:
        save_file({"matrix": TURNED * 2}, path)
    with pytest.raises(WeightsError, match="isletbot train --sentences"):
        open_sentence_scores(tmp_path, "r1", Compass())
