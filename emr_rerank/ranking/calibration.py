"""Maps each engine's raw score to [0, 1] for showing. Knows engines by name; never changes an order.

Fitted on charts for `cascade` and `knowledge`: of what they show at 0.7, some seven in ten were judged relevant. The
others are fixed maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp

STEEPEST = 700.0  # beyond it an exponential leaves a double

Calibration = Callable[[float], float]

HALF = 5.0  # the BM25 score shown as 0.5


def sigmoid(logit: float) -> float:
    """Return the probability of a logit of any size."""
    return 1 / (1 + exp(min(-logit, STEEPEST)))


def logistic(middle: float, width: float) -> Calibration:
    """Return the map that `python -m training.calibration` fits: half at `middle`, steep where `width` is small."""
    return lambda raw: sigmoid((raw - middle) / width)


def halved(cosine: float) -> float:
    """Return a cosine as a share."""
    return min(1.0, max(0.0, (1 + cosine) / 2))


DOCUMENTS_MOST = 1.6  # a cosine of 1, all the words of the question, and of the kind that is asked for

WITH_FACTS = logistic(0.80, 0.29)

CALIBRATIONS: Mapping[str, Calibration] = {
    "cascade": WITH_FACTS,
    "knowledge": WITH_FACTS,
    "documents": lambda raw: halved(raw / DOCUMENTS_MOST),
    "tuned": halved,
    "joint": sigmoid,
    "embedding": halved,
    "lexical": lambda bm25: bm25 / (bm25 + HALF),
    "hybrid": lambda score: score,  # already a convex sum of the two maps above
    "gemma": sigmoid,
    "remote": sigmoid,
}
