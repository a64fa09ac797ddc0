from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.errors import WeightsError
from isletbot.inference.embeddings import DIMENSIONS, OnnxEmbeddings, OnnxEncoder
from isletbot.inference.langchain import LangChainEmbeddings
from isletbot.inference.scripted import HashEmbeddings
from isletbot.inference.weights import find_weights, weights_digest

pytestmark = pytest.mark.filterwarnings("error")
QUESTION = "Did anyone come off insulin?"


@pytest.mark.weights
def test_texts_become_unit_vectors_of_384_numbers(real_embeddings: OnnxEmbeddings) -> None:
    vectors = real_embeddings.embed([QUESTION, "", "w " * 5000, "\U0001f600", "日本語"])
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.weights
def test_no_texts_are_no_vectors(real_embeddings: OnnxEmbeddings) -> None:
    assert real_embeddings.embed([]).shape == (0, DIMENSIONS)


@pytest.mark.weights
def test_meaning_is_nearer_than_words(real_embeddings: OnnxEmbeddings) -> None:
    asked, same, other = real_embeddings.embed(
        [QUESTION, "How many people no longer needed insulin injections?", "Did anyone come off the ladder?"]
    )
    assert asked @ same > asked @ other


@pytest.mark.weights
def test_a_text_has_one_vector_whatever_it_is_embedded_with(real_embeddings: OnnxEmbeddings) -> None:
    # In one int8 batch the scales are shared, and the cosine to the same text alone was 0.99.
    alone = real_embeddings.embed([QUESTION])[0]
    assert np.array_equal(real_embeddings.embed(["Two people died.", "long " * 200, QUESTION])[2], alone)


@pytest.mark.weights
def test_a_text_is_read_to_256_tokens(real_embeddings: OnnxEmbeddings) -> None:
    long = "insulin " * 254
    one, more = real_embeddings.embed([long, long + "liver " * 100])
    assert np.array_equal(one, more)
    assert not np.array_equal(one, real_embeddings.embed(["insulin " * 120])[0])


@pytest.mark.weights
def test_serving_loads_neither_torch_nor_transformers(weights: Path) -> None:
    code = (
        "import sys, pathlib; from isletbot.inference.embeddings import OnnxEmbeddings;"
        "OnnxEmbeddings(pathlib.Path(sys.argv[1])).embed(['a question']);"
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", code, str(weights)]
    assert subprocess.run(command, env={"PYTHONPATH": "src"}, check=False).returncode == 0


@pytest.mark.weights
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "head.npz", "manifest.json"])
@pytest.mark.parametrize("damage", [None, b"", b"{}"])
def test_a_damaged_file_is_named_with_the_remedy(
    small_weights: Path, tmp_path: Path, name: str, damage: bytes | None
) -> None:
    folder = shutil.copytree(small_weights, tmp_path / "weights")
    (folder / name).unlink() if damage is None else (folder / name).write_bytes(damage)
    with pytest.raises(WeightsError, match=name) as caught:
        OnnxEmbeddings(folder)
    assert "isletbot index" in str(caught.value)


@pytest.mark.weights
def test_langchain_gets_the_same_vectors(real_embeddings: OnnxEmbeddings) -> None:
    adapted = LangChainEmbeddings(real_embeddings)
    assert np.allclose(adapted.embed_query(QUESTION), real_embeddings.embed([QUESTION])[0])
    assert np.allclose(adapted.embed_documents([QUESTION])[0], adapted.embed_query(QUESTION))


@pytest.mark.weights
def test_embeddings_are_the_encoder_s_means_made_unit_vectors(small_weights: Path) -> None:
    mean = OnnxEncoder(small_weights).encode(QUESTION)
    embeddings = OnnxEmbeddings(small_weights)
    assert mean.shape == (DIMENSIONS,)
    assert np.allclose(embeddings.embed([QUESTION])[0], mean / np.linalg.norm(mean), atol=1e-6)
    assert embeddings.digest == small_weights.name


@pytest.mark.weights
def test_a_pair_is_not_read_as_one_text(small_weights: Path) -> None:
    encoder = OnnxEncoder(small_weights)
    pair = encoder.encode(QUESTION, "Ten people did.")
    assert not np.allclose(pair, encoder.encode(f"{QUESTION} Ten people did."))
    assert not np.allclose(pair, encoder.encode("Ten people did.", QUESTION))


def test_weights_made_on_another_processor_serve_when_there_are_no_others(tmp_path: Path) -> None:
    trained, other = "0" * 64, "1" * 64
    assert find_weights(tmp_path, trained) is None
    folder = tmp_path / weights_digest("arm64", trained)
    folder.mkdir()
    assert find_weights(tmp_path, trained) is None
    (folder / "manifest.json").write_text("{}")
    assert find_weights(tmp_path, trained) == folder
    assert find_weights(tmp_path, other) is None


@given(st.lists(st.text(max_size=30), max_size=4))
def test_the_stand_in_makes_unit_vectors_of_any_text(texts: list[str]) -> None:
    vectors = HashEmbeddings(16).embed(texts)
    assert vectors.shape == (len(texts), 16)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_the_stand_in_puts_shared_words_near() -> None:
    asked, near, far = HashEmbeddings().embed(["off insulin", "they came off insulin", "two people died"])
    assert asked @ near > asked @ far
