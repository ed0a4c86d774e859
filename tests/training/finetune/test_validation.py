"""How scores on held-out rows become numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from training.finetune.contests import Contest
from training.finetune.validation import validated

FEW = [Contest("q", ("good", "bad", "worse"), (1.0, 0.0, 0.0), graded=False, source="few")]
MANY = [Contest(f"q{one}", ("good", "bad"), (1.0, 0.0), graded=False, source="many") for one in range(9)]


def test_every_source_weighs_the_same() -> None:
    """One row ranked last of three, nine ranked first."""

    def scoring(contests: Sequence[Contest]) -> list[list[float]]:
        return [[0.0, 1.0, 1.0] if contest.source == "few" else [1.0, 0.0] for contest in contests]

    found = validated([*FEW, *MANY], scoring)
    assert found["MRR@10 of few"] == pytest.approx(1 / 3)
    assert found["MRR@10 of many"] == 1.0
    assert found["MRR@10"] == pytest.approx((1 / 3 + 1) / 2)


def test_a_model_that_tells_nothing_apart_gains_nothing() -> None:
    """Positives stand first in a row, and must not win ties by that."""
    found = validated(FEW, lambda contests: [[0.5] * len(contest.texts) for contest in contests])
    assert found["MRR@10"] == pytest.approx(1 / 3)


def test_small_grades_count_less_than_large_ones() -> None:
    """A grade is not all or nothing."""
    contest = [Contest("q", ("most", "some", "none"), (1.0, 0.3, 0.0), graded=True, source="s")]
    best = validated(contest, lambda _: [[3.0, 2.0, 1.0]])["nDCG@10"]
    swapped = validated(contest, lambda _: [[2.0, 3.0, 1.0]])["nDCG@10"]
    worst = validated(contest, lambda _: [[1.0, 2.0, 3.0]])["nDCG@10"]
    assert best == 1.0
    assert best > swapped > worst
