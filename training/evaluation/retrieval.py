"""Flat inner-product search over vectors, by FAISS or by NumPy in the same order, and vectors kept on disk.

Knows vectors and places, no text and no model.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emr_rerank.engine.embedding import DIGITS
from emr_rerank.types import Vector

Matrix = NDArray[np.float32]

# matrix (passages, dimensions), query (dimensions,), how many -> their places and rounded products, best first
Search = Callable[[Matrix, Vector, int], tuple[list[int], list[float]]]

SPARE = 100  # found beyond what is asked: what ties at the end is put in order before it is cut


def numpy_flat(matrix: Matrix, query: Vector, count: int) -> tuple[list[int], list[float]]:
    """Search by one matrix product."""
    products = matrix @ query
    first = min(len(matrix), count + SPARE)
    return _in_order(matrix, query, np.argpartition(-products, first - 1)[:first], count)


def faiss_flat(matrix: Matrix, query: Vector, count: int) -> tuple[list[int], list[float]]:
    """Search by FAISS's IndexFlatIP."""
    import faiss  # noqa: PLC0415  (of the `training` extra)

    index = faiss.IndexFlatIP(matrix.shape[1])
    index.add(np.ascontiguousarray(matrix))
    _, places = index.search(np.ascontiguousarray(query[None]), min(len(matrix), count + SPARE))
    return _in_order(matrix, query, places[0], count)


SEARCHES: Mapping[str, Search] = {"faiss": faiss_flat, "numpy": numpy_flat}


def search_named(name: str | None) -> tuple[str, Search]:
    """Return the search of this name, or FAISS where it is installed and NumPy else."""
    chosen = name or ("faiss" if find_spec("faiss") else "numpy")
    return chosen, SEARCHES[chosen]


def _in_order(matrix: Matrix, query: Vector, places: NDArray[np.int64], count: int) -> tuple[list[int], list[float]]:
    """A product's last digits differ with the row's place; summed row by row equal passages tie, and go by place."""
    products = (matrix[places].astype(np.float64) * query).sum(axis=1).round(DIGITS)
    order = np.lexsort((places, -products))[:count]
    return places[order].tolist(), products[order].tolist()


@dataclass(frozen=True, slots=True)
class DiskVectors:
    """A vector cache in one file: a run that is stopped goes on where it was, the next one encodes nothing again."""

    path: Path

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, Vector]:
        """Return the vectors known for these keys."""
        found: dict[str, Vector] = {}
        with self._open() as database:
            for key in keys:
                row = database.execute(
                    "SELECT vector FROM vectors WHERE model = ? AND key = ?", (model, key)
                ).fetchone()
                if row:
                    found[key] = np.frombuffer(row[0], np.dtype("<f4"))
        return found

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors."""
        rows = [(model, key, np.ascontiguousarray(one, "<f4").tobytes()) for key, one in vectors.items()]
        with self._open() as database:
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS vectors (model TEXT, key TEXT, vector BLOB, PRIMARY KEY (model, key))"
            )
            yield database
