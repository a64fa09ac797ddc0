"""This module keeps the vectors of texts as the model makes them: a file that grows batch by batch, and is looked up
when the next index is built."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from isletbot.ports import Vectors

_KIND = np.dtype("<f4")


class VectorFile:
    """An array in NumPy's format that is written in parts; its header promises all rows from the start."""

    def __init__(self, path: Path, rows: int) -> None:
        self._path, self._rows = path, rows

    def keep(self, rows: int) -> None:
        """Goes on behind the first rows of a file that a killed build left. Raises OSError or ValueError when it holds
        fewer."""
        if not rows:
            self._path.unlink(missing_ok=True)
            return
        with self._path.open("r+b") as file:
            npy.read_magic(file)
            shape, _, kind = npy.read_array_header_1_0(file)
            end = file.tell() + rows * shape[1] * kind.itemsize
            if shape[0] != self._rows or self._path.stat().st_size < end:
                raise ValueError(f"{str(self._path)!r} does not hold {rows} of {self._rows} vectors")
            file.truncate(end)

    def append(self, vectors: Vectors) -> None:
        """Returns when they are on disk."""
        with self._path.open("ab") as file:
            if not file.tell():
                shape = (self._rows, vectors.shape[1])
                npy.write_array_header_1_0(file, {"descr": _KIND.str, "fortran_order": False, "shape": shape})
            file.write(np.ascontiguousarray(vectors, dtype=_KIND).tobytes())
            file.flush()
            os.fsync(file.fileno())


class StoredVectors:
    """Looks vectors up in such a file by the hash of their text: memory holds 16 bytes a text."""

    def __init__(self, path: Path, texts: Iterable[str]) -> None:
        """`texts` in the order of the rows. Raises OSError or ValueError when the file is none of theirs."""
        self._vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        hashes = np.fromiter(map(_hash_text, texts), dtype=np.uint64)
        if len(hashes) != len(self._vectors):
            raise ValueError(f"{str(path)!r} holds {len(self._vectors)} vectors of {len(hashes)} texts")
        self._rows = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._rows]

    def find(self, text: str) -> Vectors | None:
        wanted = _hash_text(text)
        place = int(np.searchsorted(self._hashes, wanted))
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return None
        return np.array(self._vectors[self._rows[place]])


def _hash_text(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(sha256(text.encode()).digest()[:8], "big"))
