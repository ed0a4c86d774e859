"""What scores say pair by pair, against plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.decisions import (
    Pairs,
    Rule,
    auroc,
    calibration_error,
    f1,
    fitted,
    reliability,
    squared_error,
)

pairs = st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=40).filter(
    lambda ones: len({label for _, label in ones}) == 2
)


def of(ones: list[tuple[int, bool]]) -> Pairs:
    return Pairs(np.array([score for score, _ in ones], float), np.array([label for _, label in ones], float))


@given(pairs)
def test_auroc_is_the_share_of_pairs_in_the_right_order(ones: list[tuple[int, bool]]) -> None:
    good = [score for score, label in ones if label]
    bad = [score for score, label in ones if not label]
    plain = sum((a > b) + (a == b) / 2 for a in good for b in bad) / (len(good) * len(bad))
    assert auroc(of(ones)) == pytest.approx(plain)


@settings(deadline=None)
@given(pairs)
def test_no_threshold_does_better_on_what_it_was_chosen_on(ones: list[tuple[int, bool]]) -> None:
    def plain(threshold: float) -> float:
        called = [label for score, label in ones if score >= threshold]
        return 2 * sum(called) / (len(called) + sum(label for _, label in ones))

    rule = fitted(of(ones))
    assert rule is not None
    assert f1(of(ones), rule.threshold) == pytest.approx(plain(rule.threshold))
    assert plain(rule.threshold) == pytest.approx(max(plain(score) for score, _ in ones))


@given(pairs)
def test_errors_are_their_definitions(ones: list[tuple[int, bool]]) -> None:
    rule = Rule(0.0, 0.3, 0.7)
    shown = [1 / (1 + np.exp(-(0.3 + 0.7 * score))) for score, _ in ones]
    labels = [float(label) for _, label in ones]
    bins = reliability(of(ones), rule)
    assert squared_error(of(ones), rule) == pytest.approx(
        np.mean([(p - y) ** 2 for p, y in zip(shown, labels, strict=True)])
    )
    error = 0.0
    for place in range(10):
        here = [n for n, p in enumerate(shown) if place / 10 <= p < (place + 1) / 10]
        error += abs(sum(shown[n] - labels[n] for n in here)) / len(ones)
    assert calibration_error(bins) == pytest.approx(error)
    assert sum(one.pairs for one in bins) == len(ones)


def test_the_fit_finds_the_logistic_the_labels_came_from() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(40, 10, 20_000)
    labels = (rng.random(scores.size) < 1 / (1 + np.exp(-(0.2 * scores - 9)))).astype(float)
    rule = fitted(Pairs(scores, labels))
    assert rule is not None
    assert (rule.intercept, rule.slope) == pytest.approx((-9, 0.2), rel=0.05)
    assert calibration_error(reliability(Pairs(scores, labels), rule)) < 0.02


def test_labels_that_are_told_apart_without_fault_still_fit() -> None:
    rule = fitted(Pairs(np.array([-900.0, -800.0, 700.0, 900.0]), np.array([0.0, 0.0, 1.0, 1.0])))
    assert rule is not None
    assert np.isfinite([rule.intercept, rule.slope]).all()
    assert rule.threshold == 700.0


def test_one_label_alone_fits_nothing() -> None:
    alone = Pairs(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert fitted(alone) is None
    assert auroc(alone) is None
