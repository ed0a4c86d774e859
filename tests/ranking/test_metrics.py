from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.ranking.metrics import METRICS, average_precision, hit, ndcg, reciprocal_rank

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}


def test_ndcg_has_linear_gain_and_the_ideal_of_all_judged() -> None:
    ideal = 3 + 2 / log2(3) + 1 / log2(4)
    assert ndcg(["b", "x", "a"], GRADES) == pytest.approx((2 + 3 / log2(4)) / ideal)
    assert ndcg(["a", "b", "c"], GRADES) == pytest.approx(1.0)


def test_precision_is_averaged_over_all_relevant_found_or_not() -> None:
    assert average_precision(["x", "a", "b"], GRADES) == pytest.approx((1 / 2 + 2 / 3) / 3)


def test_first_hits() -> None:
    assert reciprocal_rank(["x", "d", "c"], GRADES) == pytest.approx(1 / 3)
    assert (hit(["c"], GRADES), hit(["d", "a"], GRADES), hit([], GRADES)) == (1.0, 0.0, 0.0)


def test_only_the_first_ten_count() -> None:
    late = ["x"] * 10 + ["a"]
    assert [metric(late, GRADES) for metric in METRICS.values()] == [0.0] * 4


@given(st.permutations(list("abcdexyz")))
def test_every_metric_lies_between_0_and_1_and_the_ideal_order_is_best(order: list[str]) -> None:
    for metric in METRICS.values():
        assert 0 <= metric(order, GRADES) <= metric(["a", "b", "c", "d"], GRADES)


def test_nothing_relevant_is_zero_not_an_error() -> None:
    assert [metric(["a"], {}) for metric in METRICS.values()] == [0.0] * 4
