"""The arithmetic of scores, for arrays and tensors alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emr_rerank.engine.pooling import pooled, segment_logits, unit


@pytest.mark.parametrize("mapped", [False, True])
def test_arrays_and_tensors_give_the_same_logits(*, mapped: bool) -> None:
    random = np.random.default_rng(0)
    states = random.normal(size=(3, 7, 4)).astype("f4")
    first = np.array([[1, 1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0]], dtype="f4")
    second = np.array([[0, 0, 1, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0]], dtype="f4")
    mapping = random.normal(size=(4, 4)).astype("f4") if mapped else None
    found = segment_logits(states, first, second, scale=20.0, bias=-1.0, mapping=mapping)
    expected = segment_logits(
        *(torch.from_numpy(one) for one in (states, first, second)),
        scale=torch.tensor(20.0),
        bias=torch.tensor(-1.0),
        mapping=None if mapping is None else torch.from_numpy(mapping),
    )
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)
    means = [states[row][mask[row] == 1].mean(axis=0) for row in range(3) for mask in (first, second)]
    if mapping is not None:
        means = [mapping @ mean for mean in means]
    cosines = [
        one @ two / np.linalg.norm(one) / np.linalg.norm(two) for one, two in zip(*[iter(means)] * 2, strict=True)
    ]
    np.testing.assert_allclose(found, 20.0 * np.array(cosines) - 1.0, atol=1e-4)


def test_what_the_mask_leaves_out_counts_for_nothing() -> None:
    states = np.ones((1, 3, 2), dtype="f4")
    states[0, 2] = 1e6
    np.testing.assert_array_equal(pooled(states, np.array([[1, 1, 0]], dtype="f4")), [[1, 1]])


def test_a_vector_of_zeros_stays_finite_and_so_does_its_gradient() -> None:
    np.testing.assert_array_equal(unit(np.zeros((1, 3), dtype="f4")), np.zeros((1, 3)))
    zeros = torch.zeros(1, 3, requires_grad=True)
    unit(zeros).sum().backward()  # type: ignore[no-untyped-call]
    assert zeros.grad is not None
    assert bool(torch.isfinite(zeros.grad).all())
