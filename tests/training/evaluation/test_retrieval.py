"""Flat search, by FAISS and by NumPy, and vectors on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.retrieval import DiskVectors, faiss_flat, numpy_flat, search_named


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 120))
def test_faiss_and_the_exact_product_give_one_order(seed: int, size: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(size, 24)).astype(np.float32)
    matrix[rng.integers(0, size, size // 3)] = matrix[0]  # passages that are the same tie
    query = rng.normal(size=24).astype(np.float32)
    exact = (matrix.astype(np.float64) * query).sum(axis=1).round(6)
    order = sorted(range(size), key=lambda place: (-exact[place], place))[:count]
    for search in (numpy_flat, faiss_flat):
        assert search(matrix, query, count) == (order, [exact[place] for place in order])


def test_equal_passages_stay_in_their_order() -> None:
    matrix = np.ones((5, 3), np.float32)
    for search in (numpy_flat, faiss_flat):
        assert search(matrix, np.ones(3, np.float32), 3)[0] == [0, 1, 2]


def test_faiss_is_taken_where_it_is_installed() -> None:
    assert search_named(None) == ("faiss", faiss_flat)
    assert search_named("numpy") == ("numpy", numpy_flat)


def test_vectors_stay_from_run_to_run_by_model(tmp_path: Path) -> None:
    vector = np.array([0.1, -2.5], np.float32)
    DiskVectors(tmp_path / "new" / "v.sqlite").put("one", {"a": vector})
    again = DiskVectors(tmp_path / "new" / "v.sqlite")
    assert again.get("one", ["a", "b"]).keys() == {"a"}
    assert again.get("one", ["a"])["a"].tobytes() == vector.tobytes()
    assert again.get("other", ["a"]) == {}
