"""Maps each engine's raw score to [0, 1] for showing. Knows engines by name; never changes an order.

Fixed maps until a fitted one exists: a shown 0.7 is not yet "seven in ten clinicians would agree".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp

Calibration = Callable[[float], float]

MIDDLE, WIDTH = 0.8, 0.25  # of the logistic fitted to the samples and the charts kept for choosing
HALF = 5.0  # the BM25 score shown as 0.5

CALIBRATIONS: Mapping[str, Calibration] = {
    "knowledge": lambda raw: 1 / (1 + exp((MIDDLE - raw) / WIDTH)),
    "embedding": lambda cosine: min(1.0, max(0.0, (1 + cosine) / 2)),
    "lexical": lambda bm25: bm25 / (bm25 + HALF),
    "hybrid": lambda score: score,  # already a convex sum of the two maps above
}
