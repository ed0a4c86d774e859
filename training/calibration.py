"""Fits the map from a model's raw score to the share of records judged relevant. Changes no order.

    python -m training.calibration [--model knowledge]

Prints the two constants in `emr_rerank.ranking.calibration` and how well they hold on the charts kept for reporting:
by tenths of the shown score, the mean score and the share that was judged relevant.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.history import rank_items
from emr_rerank.pipeline.models import Model, load_model
from fhir_samples.build import all_charts
from fhir_samples.chart import Chart
from training.ablation import cases
from training.charts import Family, charts

FITTED = ("cascade", "knowledge")
STEPS = 50  # of Newton's method; it has converged long before

Scored = tuple[NDArray[np.float64], NDArray[np.float64]]  # raw scores, and 1 where judged relevant


def scored(patients: Sequence[Chart], model: Model) -> Scored:
    """Return the raw score of every item for every assessment of these charts, and whether it was judged relevant."""
    raw: list[float] = []
    relevant: list[float] = []
    with TemporaryDirectory() as folder:
        for one in cases(patients, Path(folder)):
            for entry in rank_items(one.items, one.judged.assessment, model):
                raw.append(entry.raw)
                judged = (one.judged.judgements.get(member.reference, 0) for member in entry.item.members)
                relevant.append(float(max(judged) > 0))
    return np.array(raw), np.array(relevant)


def fitted(raw: NDArray[np.float64], relevant: NDArray[np.float64]) -> tuple[float, float]:
    """Return the middle and the width of the logistic of greatest likelihood (Platt, 1999, without smoothing)."""
    features = np.stack([np.ones_like(raw), raw], axis=1)
    weights = np.zeros(2)
    for _ in range(STEPS):
        shown = 1 / (1 + np.exp(-features @ weights))
        curvature = features.T @ (features * (shown * (1 - shown))[:, None])
        weights += np.linalg.solve(curvature, features.T @ (relevant - shown))
    return float(-weights[0] / weights[1]), float(1 / weights[1])


def main() -> None:
    """Fit on what was used for choosing, and report on the rest."""
    parser = argparse.ArgumentParser(prog="python -m training.calibration", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", choices=FITTED, default=FITTED[0])
    console = Console(width=110)
    model = load_model(parser.parse_args().model, MemoryVectors(), knowledge_base()).unhurried()
    families: tuple[Family, ...] = get_args(Family)
    middle, width = fitted(
        *scored([*all_charts(), *chain.from_iterable(charts(one, "choosing") for one in families)], model)
    )
    console.print(f"logistic({middle:.2f}, {width:.2f})")
    raw, relevant = scored([*chain.from_iterable(charts(one, "reporting") for one in families)], model)
    shown = 1 / (1 + np.exp((round(middle, 2) - raw) / round(width, 2)))
    for tenth in range(10):
        here = (shown >= tenth / 10) & (shown < (tenth + 1) / 10)
        if here.any():
            mean, share = shown[here].mean(), relevant[here].mean()
            console.print(f"{here.sum():5} records shown at {mean:.2f}: {share:.2f} judged relevant")


if __name__ == "__main__":
    main()
