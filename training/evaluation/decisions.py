"""What scores say by themselves, pair by pair: AUROC, F1 at a threshold, and how well calibrated they are.

Threshold and calibration are fitted on validation pairs and only applied to the test's. Knows scores and labels only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10  # of the calibration error, equally wide
STEPS = 50  # of Newton's method
RIDGE = 1e-3  # keeps the slope finite where the labels can be told apart without fault

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scores of question-passage pairs with their grades, scaled to [0, 1]; both of shape (pairs,)."""

    scores: Floats
    grades: Floats

    @property
    def relevant(self) -> NDArray[np.bool_]:
        """Which pairs have any relevance."""
        return self.grades > 0


@dataclass(frozen=True, slots=True)
class Rule:
    """What was fitted: scores of at least `threshold` count as relevant, and 1 / (1 + exp(-(a + b s))) is shown."""

    threshold: float
    intercept: float
    slope: float

    def shown(self, scores: Floats) -> Floats:
        """Return calibrated scores in [0, 1]."""
        return _logistic(self.intercept + self.slope * scores)


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs shown within one bin: how many, the mean shown, and the share that is relevant."""

    pairs: int
    shown: float
    relevant: float


def auroc(pairs: Pairs) -> float | None:
    """Return the probability that a relevant pair outscores another, a tie counting half; None where one is lacking."""
    relevant = pairs.relevant
    ones, others = int(relevant.sum()), int((~relevant).sum())
    if not ones or not others:
        return None
    _, places, counts = np.unique(pairs.scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]  # from 1; equal scores share their mean rank
    return float((ranks[relevant].sum() - ones * (ones + 1) / 2) / (ones * others))


def f1(pairs: Pairs, threshold: float) -> float:
    """Return F1 of counting as relevant what scores at least `threshold`; 0 where nothing is or is called relevant."""
    called = pairs.scores >= threshold
    both = int((called & pairs.relevant).sum())
    return 2 * both / max(1, int(called.sum()) + int(pairs.relevant.sum()))


def fitted(pairs: Pairs) -> Rule | None:
    """Return the threshold of the best F1 and the logistic of greatest likelihood; None where one label is lacking."""
    relevant = pairs.relevant
    if relevant.all() or not relevant.any():
        return None
    return Rule(_threshold(pairs), *_platt(pairs))


def squared_error(pairs: Pairs, rule: Rule) -> float:
    """Return the mean squared distance of shown scores from grades, both in [0, 1]."""
    return float(np.mean((rule.shown(pairs.scores) - pairs.grades) ** 2))


def reliability(pairs: Pairs, rule: Rule) -> list[Bin]:
    """Return the bins that hold any pair, from low to high."""
    shown = rule.shown(pairs.scores)
    places = np.minimum((shown * BINS).astype(int), BINS - 1)
    return [
        Bin(int(here.sum()), float(shown[here].mean()), float(pairs.relevant[here].mean()))
        for here in (places == place for place in range(BINS))
        if here.any()
    ]


def calibration_error(bins: list[Bin]) -> float:
    """Return the expected calibration error: |shown - relevant|, weighted by pairs."""
    total = sum(one.pairs for one in bins)
    return sum(one.pairs * abs(one.shown - one.relevant) for one in bins) / total


def _threshold(pairs: Pairs) -> float:
    order = np.argsort(-pairs.scores, kind="stable")
    scores, hits = pairs.scores[order], np.cumsum(pairs.relevant[order])
    values = 2 * hits / (np.arange(1, len(scores) + 1) + hits[-1])
    ends = np.append(scores[1:] != scores[:-1], True)  # a threshold cannot part equal scores
    return float(scores[np.argmax(np.where(ends, values, -1.0))])


def _platt(pairs: Pairs) -> tuple[float, float]:
    """Return intercept and slope (Platt, 1999) by Newton's method on standardised scores."""
    centre, spread = float(pairs.scores.mean()), float(pairs.scores.std()) or 1.0
    features = np.stack([np.ones_like(pairs.scores), (pairs.scores - centre) / spread], axis=1)
    labels = pairs.relevant.astype(np.float64)
    weights = np.zeros(2)
    for _ in range(STEPS):
        shown = _logistic(features @ weights)
        curvature = features.T @ (features * (shown * (1 - shown))[:, None]) + RIDGE * np.eye(2)
        weights += np.linalg.solve(curvature, features.T @ (labels - shown) - RIDGE * weights)
    slope = float(weights[1]) / spread
    return float(weights[0]) - slope * centre, slope


def _logistic(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
