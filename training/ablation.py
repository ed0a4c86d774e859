"""What the facts and the fine-tuned models add to ranking, step by step, on judged charts. Chooses nothing by itself.

    python -m training.ablation [--part choosing|reporting] [--json]

Prints nDCG@10 of each step on the samples and on this part of the charts beside them, with 95% intervals from
resampling patients, how many assessments each step wins and loses against plain embedding, and the last step's
categories. The samples were used for choosing, so they stand with both parts.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.bundles import Bundles
from emr_rerank.pipeline.evaluation import Judged, measure
from emr_rerank.pipeline.history import rank_items, read_chart
from emr_rerank.pipeline.models import EVERYTHING, MODELS, Recipe, Use, made
from emr_rerank.types import HistoryItem
from fhir_samples.build import all_charts, gold
from fhir_samples.chart import Chart
from training.charts import Family, Part, charts

PATHS, WORTH = EVERYTHING.paths, EVERYTHING.worth
# The best weights beside the fine-tuned cosine, whose spread within a chart is smaller.
TUNED = Use(names=True, purposes=True, calls=True, paths=0.4, named=0.1, sought=1.0, said=0.6, worth=1.0)
STEPS: Mapping[str, Recipe] = {
    "embedding": Recipe("embedding"),
    "+ expanded names": Recipe("embedding", Use(names=True)),
    "+ class and purpose": Recipe("embedding", Use(names=True, purposes=True)),
    "+ presentation links": Recipe("embedding", Use(names=True, purposes=True, calls=True)),
    "+ structured paths": Recipe("embedding", Use(names=True, purposes=True, calls=True, paths=PATHS)),
    "+ record's own worth (knowledge)": MODELS["knowledge"],
    "paths and worth alone": Recipe("embedding", Use(paths=PATHS, worth=WORTH)),
    "paths alone": Recipe("embedding", Use(paths=PATHS)),
    "worth alone": Recipe("embedding", Use(worth=WORTH)),
    "fine-tuned embedding": Recipe("tuned"),
    "fine-tuned embedding with everything": Recipe("tuned", TUNED),
    "knowledge, read again": MODELS["cascade"],
}
PLAIN, BEST, AGAIN = "embedding", "+ record's own worth (knowledge)", "knowledge, read again"
DEPTH = 24  # of AGAIN
METRIC = "nDCG@10"
RESAMPLES, SEED = 2000, 7
EQUAL = 0.001  # a difference below this is neither won nor lost


@dataclass(frozen=True, slots=True)
class Case:
    """One judged assessment with the patient's items."""

    judged: Judged
    items: Sequence[HistoryItem]


@dataclass(frozen=True, slots=True)
class Tally:
    """The mean over some assessments, and how many of them are won and lost against plain embedding."""

    mean: float
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class Figures(Tally):
    """One step's figures on one set."""

    low: float  # of the 95% interval
    high: float
    categories: Mapping[str, Tally]


def cases(patients: Sequence[Chart], folder: Path) -> Iterator[Case]:
    """Yield every assessment of these charts; their bundles are written to `folder`."""
    bundles = Bundles()
    for chart in patients:
        (folder / f"{chart.slug}.json").write_text(json.dumps(chart.bundle()), encoding="utf-8")
        for one in gold(chart):
            judged = Judged.model_validate({**one, "bundle": folder / one["bundle"]})
            store, key = bundles.open(judged.bundle, judged.patient)
            yield Case(judged, [entry.item for entry in read_chart(store, key).items])


def measured(found: Sequence[Case], recipe: Recipe, vectors: MemoryVectors, depth: int = 0) -> list[float]:
    """Return the metric of each case with a model of this recipe, that reads so many lines again."""
    model = made("knowledge", recipe, vectors, knowledge_base(), depth).unhurried()
    return [measure(one.judged, rank_items(one.items, one.judged.assessment, model))[METRIC] for one in found]


def figures(found: Sequence[Case], values: Sequence[float], plain: Sequence[float]) -> Figures:
    """Return the mean with its interval; patients, not assessments, are what is drawn again."""
    by_patient: dict[str, list[float]] = {}
    by_category: dict[str, list[tuple[float, float]]] = {}
    pairs = list(zip(values, plain, strict=True))
    for one, pair in zip(found, pairs, strict=True):
        by_patient.setdefault(one.judged.patient, []).append(pair[0])
        by_category.setdefault(one.judged.category, []).append(pair)
    means = np.array([fmean(ones) for ones in by_patient.values()])
    drawn = np.random.default_rng(SEED).choice(means, (RESAMPLES, len(means))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Figures(
        **asdict(tally(pairs)),
        low=float(low),
        high=float(high),
        categories={name: tally(ones) for name, ones in sorted(by_category.items())},
    )


def tally(pairs: Sequence[tuple[float, float]]) -> Tally:
    """Return what these values of the metric, each with plain embedding's beside it, come to."""
    return Tally(
        mean=fmean(value for value, _ in pairs),
        won=sum(value - plain > EQUAL for value, plain in pairs),
        lost=sum(plain - value > EQUAL for value, plain in pairs),
    )


def ablation(part: Part) -> dict[str, dict[str, Figures]]:
    """Return the figures by set and step."""
    families: tuple[Family, ...] = get_args(Family)
    sets = {"samples": all_charts(), **{f"{family}, {part}": charts(family, part) for family in families}}
    vectors = MemoryVectors()
    found: dict[str, dict[str, Figures]] = {}
    with TemporaryDirectory() as folder:
        for name, patients in sets.items():
            ready = list(cases(patients, Path(folder)))
            values = {
                step: measured(ready, recipe, vectors, DEPTH if step == AGAIN else 0) for step, recipe in STEPS.items()
            }
            found[name] = {step: figures(ready, ones, values[PLAIN]) for step, ones in values.items()}
    return found


def show(found: Mapping[str, Mapping[str, Figures]]) -> None:
    """Print the steps of each set, and the last step's categories."""
    console = Console(width=110)
    for name, steps in found.items():
        table = Table("step", METRIC, "95% interval", "won", "lost", title=name, title_justify="left")
        for step, each in steps.items():
            table.add_row(step, f"{each.mean:.3f}", f"{each.low:.3f}-{each.high:.3f}", str(each.won), str(each.lost))
        console.print(table)
        plain, best = steps[PLAIN].categories, steps[BEST].categories
        table = Table("category", PLAIN, "knowledge", "won", "lost")
        for category, one in best.items():
            table.add_row(category, f"{plain[category].mean:.3f}", f"{one.mean:.3f}", str(one.won), str(one.lost))
        console.print(table, "\n")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.ablation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=get_args(Part), default="choosing")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    asked = parser.parse_args()
    found = ablation(asked.part)
    if asked.json:
        sys.stdout.write(
            json.dumps({name: {step: asdict(one) for step, one in steps.items()} for name, steps in found.items()})
        )
    else:
        show(found)


if __name__ == "__main__":
    main()
