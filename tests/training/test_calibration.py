"""The map from a raw score to the share judged relevant."""

from __future__ import annotations

import numpy as np
import pytest

from training.calibration import fitted


def test_the_fit_finds_the_logistic_the_judgements_came_from() -> None:
    rng = np.random.default_rng(3)
    raw = rng.normal(0.5, 0.5, 20_000)
    relevant = (rng.random(raw.size) < 1 / (1 + np.exp((0.8 - raw) / 0.3))).astype(np.float64)
    middle, width = fitted(raw, relevant)
    assert middle == pytest.approx(0.8, abs=0.03)
    assert width == pytest.approx(0.3, abs=0.03)
