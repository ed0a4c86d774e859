"""Losses against their definitions, written out."""

from __future__ import annotations

from math import exp, log

import pytest
import torch

from training.finetune import losses

SCORES = torch.tensor([[2.0, 1.0, -1.0], [0.5, 3.0, 9.0]])
THERE = torch.tensor([[True, True, True], [True, True, False]])
WORTH = torch.tensor([[1.0, 0.5, 0.0], [1.0, 0.0, 0.0]])


def softmax(scores: list[float]) -> list[float]:
    """The definition."""
    whole = sum(map(exp, scores))
    return [exp(score) / whole for score in scores]


def test_a_contest_is_the_cross_entropy_of_what_is_there() -> None:
    """The grades 1 and 0.5 are two thirds and one third of a row."""
    first, second = softmax([2.0, 1.0, -1.0]), softmax([0.5, 3.0])
    expected = -(2 / 3 * log(first[0]) + 1 / 3 * log(first[1]) + log(second[0])) / 2
    assert losses.contest(SCORES, WORTH, THERE).item() == pytest.approx(expected, rel=1e-6)


def test_a_row_worth_nothing_loses_nothing() -> None:
    """And its gradient is a number."""
    scores = SCORES.clone().requires_grad_()
    losses.contest(scores, torch.zeros_like(WORTH), THERE).backward()  # type: ignore[no-untyped-call]
    assert scores.grad is not None
    assert scores.grad.abs().max() == 0


def test_each_is_the_binary_cross_entropy_of_what_is_there() -> None:
    """The passage that is not there would lose most."""

    def one(score: float, worth: float) -> float:
        chance = 1 / (1 + exp(-score))
        return -(worth * log(chance) + (1 - worth) * log(1 - chance))

    expected = (one(2, 1) + one(1, 0.5) + one(-1, 0) + one(0.5, 1) + one(3, 0)) / 5
    assert losses.each(SCORES, WORTH, THERE).item() == pytest.approx(expected, rel=1e-6)


def test_distillation_is_the_divergence_from_the_teacher() -> None:
    """None from itself, whatever constant is added."""
    teacher = torch.tensor([[1.0, 1.0, 0.0], [2.0, 0.0, 5.0]])
    rows = [(softmax([1.0, 1.0, 0.0]), softmax([2.0, 1.0, -1.0])), (softmax([2.0, 0.0]), softmax([0.5, 3.0]))]
    expected = sum(p * log(p / q) for taught, said in rows for p, q in zip(taught, said, strict=True)) / 2
    assert losses.distilled(SCORES, teacher, THERE).item() == pytest.approx(expected, rel=1e-5)
    assert losses.distilled(SCORES, SCORES + 7, THERE).item() == pytest.approx(0, abs=1e-6)


def test_what_is_not_there_gets_no_gradient() -> None:
    """Whichever the loss."""
    for loss in (losses.contest, losses.each, losses.distilled):
        scores = SCORES.clone().requires_grad_()
        loss(scores, WORTH, THERE).backward()  # type: ignore[no-untyped-call]
        assert scores.grad is not None
        assert scores.grad[1, 2] == 0
        assert scores.grad.isfinite().all()
        assert scores.grad.abs().sum() > 0


def test_lists_are_rows_of_their_own_length() -> None:
    """Padded at the end."""
    rows, there = losses.lists(torch.tensor([1.0, 2.0, 3.0]), [1, 2])
    assert rows.tolist() == [[1.0, 0.0], [2.0, 3.0]]
    assert there.tolist() == [[True, False], [True, True]]
