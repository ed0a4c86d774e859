"""Maps each engine's raw score to [0, 1] for showing. Knows engines by name; never changes an order.

Fitted for `knowledge`: of what it shows at 0.7, some seven in ten were judged relevant. The others are fixed maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp

STEEPEST = 700.0  # beyond it an exponential leaves a double

Calibration = Callable[[float], float]

MIDDLE, WIDTH = 0.84, 0.33  # of the logistic that `python -m training.calibration` fits and checks on other charts
HALF = 5.0  # the BM25 score shown as 0.5


def sigmoid(logit: float) -> float:
    """Return the probability of a logit of any size."""
    return 1 / (1 + exp(min(-logit, STEEPEST)))


CALIBRATIONS: Mapping[str, Calibration] = {
    "knowledge": lambda raw: 1 / (1 + exp((MIDDLE - raw) / WIDTH)),
    "embedding": lambda cosine: min(1.0, max(0.0, (1 + cosine) / 2)),
    "lexical": lambda bm25: bm25 / (bm25 + HALF),
    "hybrid": lambda score: score,  # already a convex sum of the two maps above
    "gemma": sigmoid,
    "remote": sigmoid,
}
