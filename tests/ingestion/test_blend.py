"""A question's vector leans towards its statement; a statement without questions stays as it is."""

import numpy as np
import pytest

from isletbot.ingestion.blend import QUESTION, QUESTIONS, STATEMENT, blend_vectors
from isletbot.ingestion.passage_writer import SearchText

TEXTS = (
    SearchText("a", "statement", "Two people died."),
    SearchText("a", "ask", "Did anyone die?"),
    SearchText("a", "misread", "nobody died"),
    SearchText("b", "statement", "It is funded by a company."),
)
VECTORS = np.eye(4, dtype=np.float32)


def test_the_inner_product_is_the_same_mixture_of_similarities() -> None:
    blended = blend_vectors(TEXTS, VECTORS)
    asked = np.asarray([0.5, 0.5, 0.5, 0.5], dtype=np.float32)
    statement, ask, misread, _ = VECTORS @ asked
    expected = STATEMENT * statement + QUESTIONS * (ask + misread) / 2 + QUESTION * ask
    assert float(blended[1] @ asked) == pytest.approx(float(expected))


def test_a_statement_without_questions_keeps_its_vector() -> None:
    assert np.array_equal(blend_vectors(TEXTS, VECTORS)[3], VECTORS[3])


def test_no_vector_grows_and_the_input_is_left_alone() -> None:
    before = VECTORS.copy()
    assert np.all(np.linalg.norm(blend_vectors(TEXTS, VECTORS), axis=1) <= 1 + 1e-6)
    assert np.array_equal(VECTORS, before)
