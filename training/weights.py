"""What each part of the cascade should count, chosen on development data, and what it comes to there. Ships nothing.

    python -m training.weights --data FOLDER

Every item of the samples and of the charts for choosing, and every candidate of the validation questions of the data
folder, is scored once by both stages; then the weights of paths, of a record's own worth and of the second stage are
tried over a grid, and how deep the second stage reads. Prints the best, and each set's nDCG@10 with what ships and
around it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import get_args

from rich.console import Console
from rich.table import Table

from emr_rerank.engine import MemoryVectors
from emr_rerank.knowledge import knowledge_base
from emr_rerank.pipeline.cascade import SecondStage
from emr_rerank.pipeline.documents import score_documents
from emr_rerank.pipeline.history import rank_items
from emr_rerank.pipeline.models import MODELS, Model, made
from emr_rerank.ranking import joined, shortlist
from emr_rerank.ranking.metrics import METRICS
from emr_rerank.settings import read_settings
from emr_rerank.types import Parts
from fhir_samples.build import all_charts
from fhir_samples.chart import Chart
from training.ablation import cases
from training.charts import Family, charts
from training.evaluation.data_folder import Wanted, read_set
from training.evaluation.retrieval import DiskVectors

METRIC = "nDCG@10"
DOCUMENTS = ("medquad", "bioasq", "pubmedqa", "covidqa")
QUESTIONS = 100  # of each set of documents
PATHS = (0.0, 0.2, 0.4, 0.6, 0.75, 0.9, 1.2)
WORTHS = (0.0, 0.5, 1.0, 1.5)
AGAIN = (0.0, 0.01, 0.015, 0.02, 0.03, 0.05)
DEPTHS = (8, 16, 24, 32, 48, 64, 96)
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts beside the first stage's cosine, and how many texts are read again."""

    paths: float
    worth: float
    again: float
    depth: int = ALL


@dataclass(frozen=True, slots=True)
class Judged:
    """One query's candidates: each one's name, text and unweighted parts, and the grades by name."""

    names: tuple[str, ...]
    texts: tuple[str, ...]
    parts: tuple[Parts, ...]
    grades: Mapping[str, int]

    def value(self, weights: Weights) -> float:
        """Return the metric with these weights."""
        first = [Parts(one.score, path=weights.paths * one.path, worth=weights.worth * one.worth) for one in self.parts]
        wanted = set(shortlist(first, self.texts, weights.depth)) if weights.again else set()
        again = {
            text: weights.again * one.again for text, one in zip(self.texts, self.parts, strict=True) if text in wanted
        }
        raw = [parts.raw for parts in joined(first, self.texts, again)]
        order = sorted(range(len(raw)), key=lambda place: -raw[place])  # the candidates come newest first
        return METRICS[METRIC]([self.names[place] for place in order], self.grades)


Sets = Mapping[str, Sequence[Judged]]


def unweighted(model: Model) -> Model:
    """Return the model with every part counted as it is, and everything read again."""
    assert model.second is not None  # noqa: S101  (what the cascade is)
    return replace(
        model,
        use=replace(model.use, paths=1.0, named=model.use.named / model.use.paths, worth=1.0),
        second=SecondStage(model.second.scorer, 1.0, ALL, float("inf")),
        documents=None,
    )


def of_charts(model: Model) -> Iterator[tuple[str, list[Judged]]]:
    """Yield the samples and the charts for choosing, one set a family."""
    families: tuple[Family, ...] = get_args(Family)
    sets: dict[str, Sequence[Chart]] = {
        "samples": all_charts(),
        **{family: charts(family, "choosing") for family in families},
    }
    with TemporaryDirectory() as folder:
        for name, patients in sets.items():
            found = []
            for case in cases(patients, Path(folder)):
                ranked = {one.item.reference: one for one in rank_items(case.items, case.judged.assessment, model)}
                given = [ranked[item.reference] for item in case.items]
                best = {
                    item.reference: max(case.judged.judgements.get(member.reference, 0) for member in item.members)
                    for item in case.items
                }
                found.append(
                    Judged(
                        tuple(one.item.reference for one in given),
                        tuple(one.item.text for one in given),
                        tuple(one.parts for one in given),
                        best,
                    )
                )
            yield name, found


def of_documents(model: Model, folder: Path) -> Iterator[tuple[str, list[Judged]]]:
    """Yield the validation questions of the data folder."""
    for name in DOCUMENTS:
        one = read_set(name, folder, Wanted("validation", QUESTIONS))
        if one is not None:
            found = []
            for question in one.questions:
                ids = tuple(one.found(question))
                texts = one.texts(ids)
                scored = score_documents(question.text, texts, model)
                found.append(Judged(ids, tuple(texts), scored.parts, question.grades))
            yield name, found


def value(sets: Sets, weights: Weights) -> dict[str, float]:
    """Return each set's mean."""
    return {name: fmean(one.value(weights) for one in ones) for name, ones in sets.items()}


def chosen(sets: Sets) -> Weights:
    """Return the weights of the best mean over sets; the least ones of those as good."""
    grid = (Weights(*each) for each in product(PATHS, WORTHS, AGAIN))
    return max(grid, key=lambda weights: round(fmean(value(sets, weights).values()), 4))


def shipped() -> Weights:
    """Return what the cascade ships with, for records."""
    recipe = MODELS["cascade"]
    assert recipe.again is not None  # noqa: S101  (what the cascade is)
    depth = read_settings().depth
    return Weights(recipe.use.paths, recipe.use.worth, recipe.again.weight if depth else 0.0, depth or ALL)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.weights", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="the data folder; without it, charts alone")
    parser.add_argument("--vectors", type=Path, help="a file that keeps vectors from run to run")
    asked = parser.parse_args()
    cache = DiskVectors(asked.vectors) if asked.vectors else MemoryVectors()
    model = unweighted(made("cascade", MODELS["cascade"], cache, knowledge_base(), ALL))
    sets: dict[str, list[Judged]] = dict(of_charts(model))
    charts_only = dict(sets)
    documents = dict(of_documents(model, asked.data)) if asked.data else {}
    sets |= documents
    console = Console(width=140)
    console.print("on the charts:", chosen(charts_only))
    if documents:
        console.print("on the documents:", chosen(documents))
    best = shipped()
    table = Table("weights", *sets, "mean")
    tried = [best, *(replace(best, again=0.015, depth=depth) for depth in DEPTHS)]
    tried += [replace(best, paths=0.0), replace(best, worth=0.0), replace(best, again=0.0)]
    tried += [replace(best, again=again, depth=24) for again in AGAIN] + [replace(best, paths=paths) for paths in PATHS]
    tried += [Weights(0.0, 0.0, 0.0), *(Weights(0.0, 0.0, again) for again in AGAIN[1:])]
    for weights in tried:
        found = value(sets, weights)
        told = f"paths {weights.paths} worth {weights.worth} again {weights.again}"
        told += "" if weights.depth == ALL else f" depth {weights.depth}"
        table.add_row(told, *(f"{one:.3f}" for one in found.values()), f"{fmean(found.values()):.4f}")
    console.print(table)


if __name__ == "__main__":
    main()
