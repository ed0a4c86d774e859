"""How sure a mean is: bootstrap intervals and a paired test, with groups (patients, diseases) drawn as one.

Several sets count alike, however many questions each has (macro by set). Knows numbers and group names only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 7
RESAMPLES = 2000  # of the bootstrap
FLIPS = 10_000  # of the randomisation test
LOW, HIGH = 0.025, 0.975
AT_ONCE = 500  # draws held in memory

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """The values of one set, summed by group."""

    sums: Floats
    counts: Floats

    @property
    def mean(self) -> float:
        """The mean over questions."""
        return float(self.sums.sum() / self.counts.sum())


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95% interval."""

    mean: float
    low: float
    high: float


def clusters(values: Sequence[float], groups: Sequence[str]) -> Clusters:
    """Return the values of one set by group; at least one value."""
    _, places = np.unique(np.array(groups), return_inverse=True)
    sums = np.bincount(places, weights=np.asarray(values, np.float64)).astype(np.float64)
    return Clusters(sums, np.bincount(places).astype(np.float64))


def interval(sets: Sequence[Clusters]) -> Interval:
    """Return the mean over sets of their means, with the interval of a percentile bootstrap over groups."""
    rng = np.random.default_rng(SEED)
    drawn = np.mean([_bootstrap(rng, one) for one in sets], axis=0)
    low, high = np.quantile(drawn, (LOW, HIGH))
    return Interval(float(np.mean([one.mean for one in sets])), float(low), float(high))


def significance(differences: Sequence[Clusters]) -> float:
    """Return the two-sided p of a paired randomisation test: each group's differences flip their sign together.

    The share of sign flips whose mean is as far from 0 as the one observed, counting the observed among them.
    """
    rng = np.random.default_rng(SEED)
    seen = abs(np.mean([one.mean for one in differences]))
    flipped = np.abs(np.mean([_flips(rng, one) for one in differences], axis=0))
    # What rounding makes of equal sums must not look like less.
    return float((1 + np.count_nonzero(flipped >= seen - 1e-12)) / (FLIPS + 1))


def _bootstrap(rng: np.random.Generator, one: Clusters) -> Floats:
    size = len(one.sums)
    means = []
    for start in range(0, RESAMPLES, AT_ONCE):
        times = rng.multinomial(size, np.full(size, 1 / size), min(AT_ONCE, RESAMPLES - start))
        means.append((times @ one.sums) / (times @ one.counts))
    return np.concatenate(means)


def _flips(rng: np.random.Generator, one: Clusters) -> Floats:
    means = []
    for start in range(0, FLIPS, AT_ONCE):
        signs = rng.integers(0, 2, (min(AT_ONCE, FLIPS - start), len(one.sums))) * 2 - 1
        means.append((signs @ one.sums) / one.counts.sum())
    return np.concatenate(means)
