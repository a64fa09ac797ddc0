from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from isletbot.storage.stored_vectors import StoredVectors, VectorFile

VECTORS = np.arange(20, dtype=np.float32).reshape(5, 4)


def test_a_file_written_in_parts_is_an_array_of_all_of_them(tmp_path: Path) -> None:
    file = VectorFile(tmp_path / "v.npy", 5)
    file.append(VECTORS[:3])
    file.append(VECTORS[3:])
    assert np.array_equal(np.load(tmp_path / "v.npy", allow_pickle=False), VECTORS)


def test_a_killed_file_goes_on_behind_the_rows_that_are_kept(tmp_path: Path) -> None:
    VectorFile(tmp_path / "v.npy", 5).append(np.concatenate([VECTORS[:2], np.ones((2, 4), dtype=np.float32)]))
    file = VectorFile(tmp_path / "v.npy", 5)
    file.keep(2)
    file.append(VECTORS[2:])
    assert np.array_equal(np.load(tmp_path / "v.npy", allow_pickle=False), VECTORS)


def test_a_file_with_fewer_rows_or_of_another_build_is_refused(tmp_path: Path) -> None:
    VectorFile(tmp_path / "v.npy", 5).append(VECTORS[:2])
    with pytest.raises(ValueError, match="3 of 5"):
        VectorFile(tmp_path / "v.npy", 5).keep(3)
    with pytest.raises(ValueError, match="2 of 6"):
        VectorFile(tmp_path / "v.npy", 6).keep(2)
    VectorFile(tmp_path / "v.npy", 6).keep(0)
    assert not (tmp_path / "v.npy").exists()


def test_a_vector_is_found_by_its_text_and_no_other(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", VECTORS)
    texts = ["one", "two", "three", "two", "five"]
    stored = StoredVectors(tmp_path / "v.npy", texts)
    for row in (0, 2, 4, 1):
        assert np.array_equal(stored.find(texts[row]), VECTORS[row])  # type: ignore[arg-type]
    assert stored.find("six") is None
    with pytest.raises(ValueError, match="5 vectors of 1 texts"):
        StoredVectors(tmp_path / "v.npy", ["one"])
