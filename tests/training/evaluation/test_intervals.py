"""Intervals and the paired test: what they must say where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.intervals import clusters, interval, significance


def test_a_mean_is_over_questions_and_sets_count_alike() -> None:
    one = clusters([1.0, 0.0, 0.0, 1.0], ["a", "a", "a", "b"])
    other = clusters([1.0], ["c"])
    assert one.mean == 0.5
    assert interval([one, other]).mean == 0.75


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(100):
        values = rng.random(60)
        found = interval([clusters(values.tolist(), [str(n) for n in range(60)])])
        covered += found.low <= 0.5 <= found.high
    assert covered >= 85


def test_questions_of_one_patient_widen_the_interval() -> None:
    values = [1.0] * 20 + [0.0] * 20
    alone = interval([clusters(values, [str(n) for n in range(40)])])
    together = interval([clusters(values, [str(n // 10) for n in range(40)])])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_the_test_is_exact_for_few_groups() -> None:
    # Of the 16 sign flips of four equal differences, two are as far from 0 as the one observed.
    p = significance([clusters([0.1] * 4, ["a", "b", "c", "d"])])
    assert p == pytest.approx(2 / 16, abs=0.01)


def test_no_difference_is_no_evidence() -> None:
    assert significance([clusters([0.0] * 30, [str(n) for n in range(30)])]) == 1.0


def test_a_gain_everywhere_is_beyond_chance_and_groups_count_as_one() -> None:
    gains = [0.1] * 40
    assert significance([clusters(gains, [str(n) for n in range(40)])]) < 0.001
    assert significance([clusters(gains, [str(n // 20) for n in range(40)])]) > 0.4
